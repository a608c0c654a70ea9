package stomp_test

var mistakes = map[string]string{
	"in 1.2": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND || x
		a< ERROR | content-type:text/plain | message:SEND received without a Destination specified!
		a> SUBSCRIBE | id:1
		a< ERROR | message:Invalid empty or 'null' Destination header
		a> SUBSCRIBE | destination:/queue/{}
		a< ERROR | message:SUBSCRIBE received without a subscription id!
		a> UNSUBSCRIBE | id:none | receipt:3
		a< ERROR | receipt-id:3 | message:No subscription matched.
		a> UNSUBSCRIBE | destination:/queue/{}
		a< ERROR | message:UNSUBSCRIBE received without a subscription id!
		a> ACK | receipt:4
		a< ERROR | receipt-id:4 | message:ACK received without a ack id for acknowledge!
		a> NACK
		a< ERROR | message:NACK received without an ack header to acknowledge!
		a> NACK | id:none
		a< ERROR | message:Unexpected NACK received for message-id [null]
		a> SEND | destination:/queue/{} | receipt:5 || still here
		a< RECEIPT | receipt-id:5
		a> NOPE | receipt:6
		a< ERROR | receipt-id:6 | message:Unknown STOMP action: NOPE
		a.`,
	"in 1.1": `
		a> CONNECT | accept-version:1.1
		a< CONNECTED
		a> ACK | message-id:x
		a< ERROR | message:ACK received without a subscription id for acknowledge!
		a> ACK | subscription:x
		a< ERROR | message:ACK received without a message-id to acknowledge!
		a> NACK | subscription:x
		a< ERROR | message:NACK received without a message-id to acknowledge!
		a> NACK | message-id:x
		a< ERROR | message:NACK received without a subscription id for acknowledge!
		a> NACK | subscription:1 | message-id:ID:x-1-1:1:1:1:1
		a< ERROR | message:Unexpected NACK received for message-id [ID:x-1-1:1:1:1:1]`,
	"in 1.0": `
		a> CONNECT
		a< CONNECTED
		a> ACK
		a< ERROR | message:ACK received without a message-id to acknowledge!
		a> ACK | message-id:ID:x-1-1:1:1:1:1
		a< ERROR | message:Unexpected ACK received for message-id [ID:x-1-1:1:1:1:1]
		a> SUBSCRIBE | id:b | destination:/queue/{} | browser:true
		a< ERROR | message:Queue Browser feature only valid for Stomp v1.1+ clients!`,
	"no selector": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:1 | destination:/queue/{} | selector:colour === | receipt:1
		a< ERROR | receipt-id:1 | message:colour ===`,
	"a wrong length": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:3 || abcdef
		a< ERROR | message:content-length bytes were read and there was no trailing null byte
		a.`,
	"no length": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:abc || abcdef
		a< ERROR | message:Specified content-length is not a valid integer
		a.`,
	"a length too long": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:2000000000 || abcdef
		a< ERROR | message:The maximum data length was exceeded
		a.`,
	"no number": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | priority:x || x
		a.`,
	"no name": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/ || x
		a.`,
}
