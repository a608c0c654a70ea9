package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// Describe names the method in the payload of a method frame, and its arguments
// in order, for people: "basic.publish", exchange, routing-key, … What is reserved
// is left out, and so is a flag that is not set.
func Describe(payload []byte) (name string, args [][2]string, err error) {
	r := Read(payload)
	class, method := r.U16(), r.U16()
	form, ok := methods[[2]uint16{class, method}]
	if r.Err() != nil || !ok {
		return fmt.Sprintf("method %d.%d", class, method), nil, r.Err()
	}
	name, fields, _ := strings.Cut(form, " ")
	bits, left := Bits(0), 0
	for field := range strings.FieldsSeq(fields) {
		kind, label := field[0], field[2:]
		if kind != 'b' {
			left = 0
		} else if left == 0 {
			bits, left = r.Bits(), 8
		}
		value := ""
		switch kind {
		case 'b':
			if bits.Has(8 - left) {
				value = "true"
			}
			left--
		case '1':
			value = strconv.Itoa(int(r.U8()))
		case '2':
			value = strconv.Itoa(int(r.U16()))
		case '4':
			value = strconv.FormatUint(uint64(r.U32()), 10)
		case '8':
			value = strconv.FormatUint(r.U64(), 10)
		case 's':
			value = r.Short()
		case 'l':
			value = r.Long()
		case 't':
			value = shown(r.Table())
		}
		if label != "_" && (kind != 'b' || value != "") {
			args = append(args, [2]string{label, value})
		}
	}
	return name, args, r.Err()
}

// methods are the forms of all methods. A field is its kind and its name: 1, 2, 4
// and 8 are numbers of so many bytes, s and l texts, t a table, b a bit; _ is reserved.
var methods = map[[2]uint16]string{
	{10, 10}: "connection.start 1:major 1:minor t:properties l:mechanisms l:locales",
	{10, 11}: "connection.start-ok t:properties s:mechanism l:_ s:locale", // who logs in, and how, is nobody's business
	{10, 20}: "connection.secure l:_",
	{10, 21}: "connection.secure-ok l:_",
	{10, 30}: "connection.tune 2:channel-max 4:frame-max 2:heartbeat",
	{10, 31}: "connection.tune-ok 2:channel-max 4:frame-max 2:heartbeat",
	{10, 40}: "connection.open s:virtual-host s:_ b:_",
	{10, 41}: "connection.open-ok s:_",
	{10, 50}: "connection.close 2:code s:text 2:class 2:method",
	{10, 51}: "connection.close-ok",
	{10, 60}: "connection.blocked s:reason",
	{10, 61}: "connection.unblocked",
	{20, 10}: "channel.open s:_",
	{20, 11}: "channel.open-ok l:_",
	{20, 20}: "channel.flow b:active",
	{20, 21}: "channel.flow-ok b:active",
	{20, 40}: "channel.close 2:code s:text 2:class 2:method",
	{20, 41}: "channel.close-ok",
	{40, 10}: "exchange.declare 2:_ s:exchange s:type b:passive b:durable b:auto-delete b:internal b:no-wait t:arguments",
	{40, 11}: "exchange.declare-ok",
	{40, 20}: "exchange.delete 2:_ s:exchange b:if-unused b:no-wait",
	{40, 21}: "exchange.delete-ok",
	{40, 30}: "exchange.bind 2:_ s:destination s:source s:routing-key b:no-wait t:arguments",
	{40, 31}: "exchange.bind-ok",
	{40, 40}: "exchange.unbind 2:_ s:destination s:source s:routing-key b:no-wait t:arguments",
	{40, 51}: "exchange.unbind-ok",
	{50, 10}: "queue.declare 2:_ s:queue b:passive b:durable b:exclusive b:auto-delete b:no-wait t:arguments",
	{50, 11}: "queue.declare-ok s:queue 4:messages 4:consumers",
	{50, 20}: "queue.bind 2:_ s:queue s:exchange s:routing-key b:no-wait t:arguments",
	{50, 21}: "queue.bind-ok",
	{50, 30}: "queue.purge 2:_ s:queue b:no-wait",
	{50, 31}: "queue.purge-ok 4:messages",
	{50, 40}: "queue.delete 2:_ s:queue b:if-unused b:if-empty b:no-wait",
	{50, 41}: "queue.delete-ok 4:messages",
	{50, 50}: "queue.unbind 2:_ s:queue s:exchange s:routing-key t:arguments",
	{50, 51}: "queue.unbind-ok",
	{60, 10}: "basic.qos 4:prefetch-size 2:prefetch-count b:global",
	{60, 11}: "basic.qos-ok",
	{60, 20}: "basic.consume 2:_ s:queue s:consumer-tag b:no-local b:no-ack b:exclusive b:no-wait t:arguments",
	{60, 21}: "basic.consume-ok s:consumer-tag",
	{60, 30}: "basic.cancel s:consumer-tag b:no-wait",
	{60, 31}: "basic.cancel-ok s:consumer-tag",
	{60, 40}: "basic.publish 2:_ s:exchange s:routing-key b:mandatory b:immediate",
	{60, 50}: "basic.return 2:code s:text s:exchange s:routing-key",
	{60, 60}: "basic.deliver s:consumer-tag 8:delivery-tag b:redelivered s:exchange s:routing-key",
	{60, 70}: "basic.get 2:_ s:queue b:no-ack",
	{60, 71}: "basic.get-ok 8:delivery-tag b:redelivered s:exchange s:routing-key 4:messages",
	{60, 72}: "basic.get-empty s:_",
	{60, 80}: "basic.ack 8:delivery-tag b:multiple",
	{60, 90}: "basic.reject 8:delivery-tag b:requeue",

	{60, 100}: "basic.recover-async b:requeue",
	{60, 110}: "basic.recover b:requeue",
	{60, 111}: "basic.recover-ok",
	{60, 120}: "basic.nack 8:delivery-tag b:multiple b:requeue",

	{85, 10}: "confirm.select b:no-wait",
	{85, 11}: "confirm.select-ok",
	{90, 10}: "tx.select",
	{90, 11}: "tx.select-ok",
	{90, 20}: "tx.commit",
	{90, 21}: "tx.commit-ok",
	{90, 30}: "tx.rollback",
	{90, 31}: "tx.rollback-ok",
}
