package usecase

import (
	"maps"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// renumber writes fields of a request under other numbers, as a caller does whose
// .proto gives them those. Its receiver finds bytes under numbers it does not
// know: to its own copy of the contract they are unknown fields.
//
//	quantity = 2:  10 03      quantity = 7:  38 03
func renumber(body proto.Message, numbers map[string]string) error {
	r := body.ProtoReflect()
	fields := r.Descriptor().Fields()
	var names []string
	for i := range fields.Len() {
		names = append(names, string(fields.Get(i).Name()))
	}
	slices.Sort(names)
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		f := fields.ByName(protoreflect.Name(name))
		if f == nil {
			return sim.Unknown("field of the contract", name, names)
		}
		n, err := strconv.Atoi(numbers[name])
		if err != nil || !protowire.Number(n).IsValid() || f.IsList() || f.IsMap() {
			return sim.Invalidf("%s cannot have the number %q", name, sim.Visible(numbers[name])).WithFix("a field that stands alone takes a number from 1 on")
		}
		if err := move(r, f, protowire.Number(n)); err != nil {
			return err
		}
	}
	return nil
}

// move takes the value of f out of r and puts its bytes back under number n.
func move(r protoreflect.Message, f protoreflect.FieldDescriptor, n protowire.Number) error {
	if !r.Has(f) {
		return nil // what was not said has no number
	}
	alone := r.New()
	alone.Set(f, r.Get(f))
	b, err := proto.Marshal(alone.Interface())
	if err != nil {
		return sim.Errorf(sim.Internal, "a field cannot be written: %w", err)
	}
	_, kind, tag := protowire.ConsumeTag(b)
	r.Clear(f)
	r.SetUnknown(append(protowire.AppendTag(r.GetUnknown(), n, kind), b[tag:]...))
	return nil
}
