package amqp

// Classes and methods of AMQP 0-9-1, and RabbitMQ's own: confirm, basic.nack,
// exchange.bind, connection.blocked.
const (
	classConnection = 10
	classChannel    = 20
	classAccess     = 30
	classExchange   = 40
	classQueue      = 50
	classBasic      = 60
	classConfirm    = 85
	classTx         = 90
)

const (
	connectionStart     = 10
	connectionStartOK   = 11
	connectionTune      = 30
	connectionTuneOK    = 31
	connectionOpen      = 40
	connectionOpenOK    = 41
	connectionClose     = 50
	connectionCloseOK   = 51
	connectionBlocked   = 60
	connectionUnblocked = 61
)

const (
	channelOpen    = 10
	channelOpenOK  = 11
	channelFlow    = 20
	channelFlowOK  = 21
	channelClose   = 40
	channelCloseOK = 41
)

const (
	accessRequest   = 10
	accessRequestOK = 11
)

const (
	exchangeDeclare   = 10
	exchangeDeclareOK = 11
	exchangeDelete    = 20
	exchangeDeleteOK  = 21
	exchangeBind      = 30
	exchangeBindOK    = 31
	exchangeUnbind    = 40
	exchangeUnbindOK  = 51
)

const (
	queueDeclare   = 10
	queueDeclareOK = 11
	queueBind      = 20
	queueBindOK    = 21
	queuePurge     = 30
	queuePurgeOK   = 31
	queueDelete    = 40
	queueDeleteOK  = 41
	queueUnbind    = 50
	queueUnbindOK  = 51
)

const (
	basicQos          = 10
	basicQosOK        = 11
	basicConsume      = 20
	basicConsumeOK    = 21
	basicCancel       = 30
	basicCancelOK     = 31
	basicPublish      = 40
	basicReturn       = 50
	basicDeliver      = 60
	basicGet          = 70
	basicGetOK        = 71
	basicGetEmpty     = 72
	basicAck          = 80
	basicReject       = 90
	basicRecoverAsync = 100
	basicRecover      = 110
	basicRecoverOK    = 111
	basicNack         = 120
)

const (
	confirmSelect   = 10
	confirmSelectOK = 11
)

const (
	txSelect     = 10
	txSelectOK   = 11
	txCommit     = 20
	txCommitOK   = 21
	txRollback   = 30
	txRollbackOK = 31
)
