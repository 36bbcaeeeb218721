// Package safelinks decodes Safe Links and the rewritten URLs of other mail
// gateways.
package safelinks
