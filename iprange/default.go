package iprange

import (
	_ "embed"
	"sync"
)

//go:generate go run gen.go -dir ../../shared/data -o data/lists.bin

//go:embed data/lists.bin
var embedded string

var defaultSet = sync.OnceValue(func() *Set {
	s, err := load(embedded)
	if err != nil {
		// The embedded table is made and checked by the generator.
		panic(err)
	}
	return s
})

// Default returns the embedded lists: the Microsoft 365 endpoints of the four
// instances, the Azure service tags of the three clouds, the Microsoft Public
// IP Space, and the named ranges. [Set.Version] names them with their dates.
//
// They are decoded on the first call, once, in a few milliseconds; later calls
// return the same Set. It is safe for concurrent use.
func Default() *Set { return defaultSet() }
