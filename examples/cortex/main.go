// Cortex is an analyzer of TheHive's Cortex: it says what is behind a rewritten link, whose
// address an address is, and who made a click. It asks no service.
//
//	cortex [JOB_FOLDER]     reads input/input.json there, or else standard input
//
// The job contract is that of Cortex's own library. The exit status is 0, or 1 if the answer
// is an error.
package main

import (
	"io"
	"os"
)

// defaultJob is the folder that Cortex gives to analyzers in containers.
const defaultJob = "/job"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	folder := defaultJob
	if len(args) > 0 {
		folder = args[0]
	}
	j, err := open(folder, stdin)
	var r report
	if err == nil {
		err = j.check()
	}
	if err == nil {
		r, err = j.analyze()
	}
	status := 0
	answer := any(r)
	if err != nil {
		status, answer = 1, failure{Input: j.withoutSecrets(), ErrorMessage: err.Error()}
	}
	if err := j.write(answer, stdout); err != nil {
		io.WriteString(stderr, "cortex: "+err.Error()+"\n")
		return 1
	}
	return status
}
