// Package compare measures the same work over several arms, such as REST and Kafka,
// and says which differences are more than noise.
//
//	round 1   rest ▪▪▪  kafka ▪▪▪  again ▪▪▪  grpc ▪▪▪      the order is drawn
//	round 2   again ▪▪▪  grpc ▪▪▪  rest ▪▪▪  kafka ▪▪▪      ▪▪▪ = a block of some 60 jobs
//
// A block gives one number for each quantity. Numbers of one round are pairs, since
// they were measured beside each other. The first arm runs twice in each round: how
// far it is from itself is the noise, and nothing within it has a winner.
package compare
