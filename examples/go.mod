module github.com/whoclicked/whoclicked/examples

go 1.26.0

require github.com/whoclicked/whoclicked v0.0.0

replace github.com/whoclicked/whoclicked => ../
