package theme

// Sign is a sign of the screen with what it means.
type Sign struct {
	Sign  rune
	Means string
}

// Legend lists the signs of the screen and what they mean.
func Legend() []Sign {
	g := glyphs
	return []Sign{
		{g.REST, "a REST message; live"},
		{g.GRPC, "a gRPC message"},
		{g.Queue, "a queue message, a step that is done"},
		{g.Stream, "a stream event"},
		{g.Fail, "failed, killed, a fault"},
		{g.Held, "held, waiting"},
		{g.Done, "answered, done, up"},
		{g.Refused, "answered with an error"},
		{g.Late, "caller had given up"},
		{g.Degraded, "degraded"},
		{g.Paused, "paused"},
		{g.Dot, "flow"},
		{g.Faint, "where a message was"},
		{g.Right, "to here, look here"},
		{g.Left, "back"},
		{g.Open, "still to do"},
		{'▮', "the used part of a gauge"},
		{'▌', "unacked: delivered, not yet acknowledged"},
		{'▯', "the free part of a gauge"},
	}
}
