package directory

// Move is something that happened in a directory.
type Move struct {
	Kind     Kind
	Instance *Instance // as it is now; of a removed one, as it was
	From     Status    // what it was before; "" of a new one
	Index    uint64
	Why      string
}

// Kind of a move.
type Kind int

// Kinds of moves.
const (
	Registered    Kind = iota // it is new
	Replaced                  // it was registered again, or something but its status changed
	StatusChanged             // how it is changed
	Renewed                   // it was heard of; the index stays
	Removed                   // it was taken out
)

// String returns the word for it.
func (k Kind) String() string {
	return [...]string{"registered", "replaced", "status", "renewed", "removed"}[k]
}
