package cli

var BuildVersion = buildVersion
