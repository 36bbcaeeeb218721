// Package validators checks the OpenAPI documents of the connector with the libraries of those
// who read them. They are apart from the other tests because they take long to compile.
package validators
