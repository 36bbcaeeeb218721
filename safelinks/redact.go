package safelinks

const redacted = "redacted"
