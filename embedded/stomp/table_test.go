package stomp_test

import "testing"

// What follows is true of ActiveMQ 5.17 and of ours.
func TestAsActiveMQ(t *testing.T) {
	brokers(t, func(t *testing.T, addr string) {
		for _, group := range []map[string]string{connecting, sending, acking, topics, transactions, mistakes} {
			for name, lines := range group {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					play(t, addr, lines)
				})
			}
		}
	})
}

var connecting = map[string]string{
	"1.0 when no version is named": `
		a> CONNECT
		a< CONNECTED | version:1.0 | heart-beat:0,0 | server:~ActiveMQ/5.17 | session:~ID:`,
	"the highest version": `
		a> CONNECT | accept-version:1.0,1.1,1.2 | host:x | heart-beat:4000,2000 | request-id:7
		a< CONNECTED | version:1.2 | heart-beat:2000,4000 | response-id:7 | receipt-id:7`,
	"1.1": `
		a> STOMP | accept-version:1.0,1.1 | host:x
		a< CONNECTED | version:1.1`,
	"no version in common": `
		a> CONNECT | accept-version:1.3 | host:x
		a< ERROR | content-type:text/plain | message:Invalid Protocol version[1.3], supported versions are: [1.2, 1.1, 1.0]
		a.`,
	"with a name": `
		a> CONNECT | login:admin | passcode:admin
		a< CONNECTED`,
	"with a wrong password": `
		a> CONNECT | login:admin | passcode:nope | receipt:9 | accept-version:1.2
		a< ERROR | receipt-id:9 | message:User name [admin] or password is invalid. || User name [admin] or password is invalid.
		a.`,
	"heart-beats that are none": `
		a> CONNECT | heart-beat:x
		a< ERROR | message:Invalid heart-beat header:x
		a.`,
	"too early": `
		a> SEND | destination:/queue/{} || hi
		a< ERROR | message:Not connected.
		a> CONNECT
		a< CONNECTED`,
	"twice": `
		a> CONNECT
		a< CONNECTED
		a> CONNECT
		a< ERROR | message:Already connected.
		a> DISCONNECT | receipt:bye
		a< RECEIPT | receipt-id:bye
		a.`,
	"a client-id is for one": `
		a> CONNECT | accept-version:1.2 | client-id:me{}
		a< CONNECTED | session:me{}
		b> CONNECT | accept-version:1.2 | client-id:me{}
		b< ERROR | message:~Broker: 
		b.
		a> DISCONNECT | receipt:1
		a< RECEIPT
		a.
		c> CONNECT | accept-version:1.2 | client-id:me{}
		c< CONNECTED`,
}

var sending = map[string]string{
	"what a consumer sees": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | receipt:1 | persistent:true | foo:bar | priority:7 | correlation-id:cc | type:tt | reply-to:/queue/r | message-id:forged | redelivered:true | subscription:x || body
		a< RECEIPT | receipt-id:1
		a> SUBSCRIBE | id:s | destination:/queue/{} | receipt:2
		a< RECEIPT | receipt-id:2
		a< MESSAGE | destination:/queue/{} | subscription:s | message-id:~ID: | expires:0 | priority:7 | persistent:true | foo:bar | correlation-id:cc | type:tt | reply-to:/queue/r | timestamp:$t | !redelivered | !receipt | !ack | !content-length || body`,
	"defaults": `
		a> CONNECT | accept-version:1.1
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> SEND | destination:/queue/{} ||
		a< MESSAGE | priority:4 | expires:0 | !persistent | !type | !reply-to ||
		a> SEND | destination:/queue/{} | priority:12 | content-type:text/plain || x
		a< MESSAGE | priority:9 | content-type:text/plain || x`,
	"escapes": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | k:a\cb\\c | twice:1 | twice:2 || x
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE | k:a:b\c | twice:1`,
	"a body that says its length": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:5 || a` + "\x00b\x00" + `c
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE | content-length:5 || a` + "\x00b\x00" + `c`,
	"a name without a prefix is a queue": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:plain{}
		a> SEND | destination:plain{} || 1
		a< MESSAGE | destination:/queue/plain{} || 1`,
	"1.0 trims and needs no id": `
		a> CONNECT
		a< CONNECTED
		a> SEND | destination: /queue/{}  | k: v  || x
		a> SUBSCRIBE | destination:/queue/{}
		a< MESSAGE | k:v | !subscription || x
		a> UNSUBSCRIBE | destination:/queue/{} | receipt:u
		a< RECEIPT | receipt-id:u`,
	"several destinations": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:t | destination:/topic/c{} | receipt:t
		a< RECEIPT
		a> SEND | destination:/queue/a{},/queue/b{},/topic/c{} || x
		a< MESSAGE | subscription:t | destination:/topic/c{} | message-id:$id | original-destination:/queue/a{},queue://b{},topic://c{} || x
		a> SUBSCRIBE | id:b | destination:/queue/b{}
		a< MESSAGE | subscription:b | destination:/queue/b{} | message-id:$id || x
		a> SUBSCRIBE | id:a | destination:/queue/a{}
		a< MESSAGE | subscription:a | destination:/queue/a{} | message-id:$id || x`,
	"a subscription to several": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/a{},/queue/b{} | receipt:s
		a< RECEIPT
		a> SEND | destination:/queue/b{} || 1
		a< MESSAGE | destination:/queue/b{} | !original-destination || 1
		a> SEND | destination:/queue/a{} || 2
		a< MESSAGE | destination:/queue/a{} || 2`,
	"later": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> SEND | destination:/queue/{} | AMQ_SCHEDULED_DELAY:400 | receipt:1 || later
		a< RECEIPT
		a> SEND | destination:/queue/{} || now
		a< MESSAGE || now
		a< MESSAGE | !AMQ_SCHEDULED_DELAY || later`,
	"what came too late is dead": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | persistent:true | expires:{-5000} | case:{} | receipt:1 || dead
		a< RECEIPT
		a> SEND | destination:/queue/{} | persistent:true || alive
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE || alive
		z> CONNECT | accept-version:1.2
		z< CONNECTED
		z> SUBSCRIBE | id:d | destination:/queue/ActiveMQ.DLQ | selector:case = '{}'
		z< MESSAGE | destination:/queue/ActiveMQ.DLQ | original-destination:/queue/{} | originalExpiration:~1 | expires:0 | dlqDeliveryFailureCause:~java.lang.Throwable: Message Expired. Expiration: || dead`,
	"a selector": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:r | destination:/queue/{} | selector:colour = 'red' AND size = 5 | receipt:1
		a< RECEIPT
		a> SEND | destination:/queue/{} | colour:blue | size:5 || 1
		a> SEND | destination:/queue/{} | colour:red | size:5 || 2
		a< MESSAGE | subscription:r || 2
		a> SUBSCRIBE | id:all | destination:/queue/{}
		a< MESSAGE | subscription:all || 1`,
	"a browser looks": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | receipt:1 || 1
		a< RECEIPT
		a> SUBSCRIBE | id:b | destination:/queue/{} | browser:true
		a< MESSAGE | subscription:b || 1
		a< MESSAGE | subscription:b | browser:end ||
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE | subscription:s || 1`,
	"an answer to a temporary queue": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		a> SUBSCRIBE | id:t | destination:/temp-queue/mine | receipt:1
		a< RECEIPT
		a> SEND | destination:/queue/{} | reply-to:/temp-queue/mine || question
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | reply-to:$to || question
		b> SEND | destination:$to | receipt:2 || answer
		b< RECEIPT
		a< MESSAGE | subscription:t | destination:/temp-queue/mine || answer
		a> DISCONNECT | receipt:3
		a< RECEIPT
		a.
		b> SEND | destination:$to | receipt:4 || nobody
		b< ERROR | receipt-id:4 | message:~temp-queue://ID:`,
}
