package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// texts are the texts of an object by their keys in lower case.
type texts map[string]string

// textsOf returns the texts of an object, and those of the objects in it that tell more of
// the same thing. These count more; an empty text never does.
func textsOf(object string) texts {
	m := texts{}
	m.add(object, 0)
	return m
}

func (m texts) add(object string, depth int) {
	const deepest = 2 // userAccount within additionalProperties
	eachMember(object, func(key string, v value) bool {
		key = strings.ToLower(key)
		switch key {
		case "properties", "additionalproperties", "useraccount":
			if depth < deepest {
				m.add(v.text, depth+1)
			}
			return true
		}
		if _, ok := m[key]; !v.isEmpty() && (!ok || depth > 0) {
			m[key] = v.decoded()
		}
		return true
	})
}

// first returns the first text that is not empty.
func (m texts) first(keys ...string) string {
	for _, key := range keys {
		if m[key] != "" {
			return m[key]
		}
	}
	return ""
}

// decoded returns what a value of JSON stands for.
func (v value) decoded() string {
	if !v.escaped {
		return v.text
	}
	return string(appendUnescaped(nil, v.text))
}

// distinct lists texts once, as they were first seen.
type distinct struct {
	list []string
	keys map[string]bool
}

// add adds a text unless it is empty or one with the same key was added.
func (d *distinct) add(text, key string) {
	if text == "" || d.keys[key] {
		return
	}
	if d.keys == nil {
		d.keys = map[string]bool{}
	}
	d.keys[key] = true
	d.list = append(d.list, text)
}

func (d *distinct) addAccount(account string) { d.add(account, normal.Account(account)) }

// without returns the texts, each its own key, that others does not have.
func (d distinct) without(others distinct) (left distinct) {
	for _, text := range d.list {
		if !others.keys[text] {
			left.add(text, text)
		}
	}
	return left
}
