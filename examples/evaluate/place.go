package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// checkPlaces returns an error, before there is work to lose, if something of somebody's
// would be replaced: a file at --model that is no model, and any file where --plots draws.
func (o *options) checkPlaces() error {
	if o.Model != "" {
		data, err := os.ReadFile(o.Model)
		if err == nil {
			err = json.Unmarshal(data, new(calibrate.Model))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--model: %s is there already, no model of this program, and is left as it is", o.Model)
		}
	}
	if o.Plots != "" {
		for _, name := range plotNames() {
			path := filepath.Join(o.Plots, name)
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("--plots: %s is there already, and is left as it is", path)
			}
		}
	}
	return nil
}
