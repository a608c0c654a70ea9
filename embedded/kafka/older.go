package kafka

import (
	"encoding/binary"
	"math"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// fencedFrom is the first version of a request that has PRODUCER_FENCED. Older
// clients are told INVALID_PRODUCER_EPOCH instead (KIP-588). The cluster inside
// tells PRODUCER_FENCED in all versions of these, and of no other request.
//
// Read in apache/kafka at 1eb7644 (4.0.0-SNAPSHOT), in clients/src/main/resources/common/message:
// InitProducerIdRequest.json "Version 4 adds the support for new error code PRODUCER_FENCED",
// AddPartitionsToTxnRequest.json, AddOffsetsToTxnRequest.json and EndTxnRequest.json
// "Version 2 adds …". TxnOffsetCommitResponse.java does not list the error: there the
// log checks the epoch, and throws InvalidProducerEpochException in every version
// (ProducerAppendInfo.checkProducerEpoch).
var fencedFrom = map[int16]int16{
	int16(kmsg.InitProducerID):     4,
	int16(kmsg.AddPartitionsToTxn): 2,
	int16(kmsg.AddOffsetsToTxn):    2,
	int16(kmsg.EndTxn):             2,
	int16(kmsg.TxnOffsetCommit):    math.MaxInt16,
}

// version says how a request is to be answered.
type version struct{ key, version int16 }

// maxOlder bounds the answers that a connection may wait for: a client that does
// not read them is told untranslated errors.
const maxOlder = 1000

// expect notes a request whose answer may need a translation.
func (g *guard) expect(v version, correlation uint32) {
	from, known := fencedFrom[v.key]
	if !known || v.version >= from {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.older == nil {
		g.older = map[uint32]version{}
	}
	if len(g.older) < maxOlder {
		g.older[correlation] = v
	}
}

// translate replaces the error in one whole answer, as the cluster writes them:
//
//	| size 4 | correlation id 4 | (tags, of flexible versions) | …
func (g *guard) translate(answer []byte) []byte {
	if len(answer) < 8 {
		return answer
	}
	correlation := binary.BigEndian.Uint32(answer[4:])
	g.mu.Lock()
	v, known := g.older[correlation]
	delete(g.older, correlation)
	g.mu.Unlock()
	if !known {
		return answer
	}
	resp := kmsg.ResponseForKey(v.key)
	resp.SetVersion(v.version)
	begin := 8
	if resp.IsFlexible() {
		begin++ // it has no tags
	}
	if len(answer) < begin || resp.ReadFrom(answer[begin:]) != nil || !older(resp) {
		return answer
	}
	translated := resp.AppendTo(append([]byte(nil), answer[:begin]...))
	binary.BigEndian.PutUint32(translated, uint32(len(translated)-4))
	return translated
}

// older replaces PRODUCER_FENCED, and reports whether it was there.
func older(resp kmsg.Response) (found bool) {
	replace := func(code *int16) {
		if *code == kerr.ProducerFenced.Code {
			*code, found = kerr.InvalidProducerEpoch.Code, true
		}
	}
	switch r := resp.(type) {
	case *kmsg.InitProducerIDResponse:
		replace(&r.ErrorCode)
	case *kmsg.AddOffsetsToTxnResponse:
		replace(&r.ErrorCode)
	case *kmsg.EndTxnResponse:
		replace(&r.ErrorCode)
	case *kmsg.AddPartitionsToTxnResponse:
		for i := range r.Topics {
			for j := range r.Topics[i].Partitions {
				replace(&r.Topics[i].Partitions[j].ErrorCode)
			}
		}
	case *kmsg.TxnOffsetCommitResponse:
		for i := range r.Topics {
			for j := range r.Topics[i].Partitions {
				replace(&r.Topics[i].Partitions[j].ErrorCode)
			}
		}
	}
	return found
}
