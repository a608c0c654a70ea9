package stomp_test

var transactions = map[string]string{
	"a commit sends": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> BEGIN | transaction:t | receipt:1
		a< RECEIPT | receipt-id:1
		a> SEND | destination:/queue/{} | transaction:t | receipt:2 || second
		a< RECEIPT | receipt-id:2
		a> SEND | destination:/queue/{} || first
		a< MESSAGE || first
		a> COMMIT | transaction:t | receipt:3
		a< RECEIPT | receipt-id:3
		a< MESSAGE | !transaction || second`,
	"an abort does not": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> BEGIN | transaction:t
		a> SEND | destination:/queue/{} | transaction:t || never
		a> ABORT | transaction:t | receipt:1
		a< RECEIPT | receipt-id:1
		a> SEND | destination:/queue/{} || x
		a< MESSAGE || x
		a> COMMIT | transaction:t | receipt:2
		a< ERROR | receipt-id:2 | message:Invalid transaction id: t`,
	"acknowledged when it is committed": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SEND | destination:/queue/{} || 2
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | ack:$one || 1
		a< MESSAGE | ack:$two || 2
		a> BEGIN | transaction:t
		a> ACK | id:$one | transaction:t | receipt:1
		a< RECEIPT
		a> ABORT | transaction:t | receipt:2
		a< RECEIPT
		# it can be acknowledged again
		a> BEGIN | transaction:u
		a> ACK | id:$one | transaction:u
		a> COMMIT | transaction:u | receipt:3
		a< RECEIPT | receipt-id:3
		a> ACK | id:$one
		a< ERROR | message:Unexpected ACK received for message-id [null]
		a> BEGIN | transaction:v
		a> ACK | id:$two | transaction:v | receipt:4
		a< RECEIPT
		a> SEND | destination:/queue/{} | transaction:v || never
		a!
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | redelivered:true || 2
		b> SEND | destination:/queue/{} || 3
		b< MESSAGE || 3`,
	"a refusal cannot be taken back": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | ack:$one || 1
		a> BEGIN | transaction:t
		a> NACK | id:$one | transaction:t | receipt:1
		a< ERROR | receipt-id:1 | message:~Poison ack cannot be transacted`,
	"mistakes": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> BEGIN
		a< ERROR | message:Must specify the transaction you are beginning
		a> ABORT
		a< ERROR | message:Must specify the transaction you are committing
		a> BEGIN | transaction:t
		a> BEGIN | transaction:t
		a< ERROR | message:The transaction was already started: t
		a> SEND | destination:/queue/{} | transaction:u || x
		a< ERROR | message:Invalid transaction id: u
		a> ACK | id:x | transaction:u
		a< ERROR | message:Invalid transaction id: u`,
}
