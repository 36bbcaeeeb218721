package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// value is what a flag takes.
type value struct {
	words []string // one of these
	files bool     // a file or a folder
	none  bool     // nothing: the flag is a switch
}

func valueOf(f *kong.Flag) value {
	switch {
	case f.IsBool():
		return value{none: true}
	case f.Enum != "":
		var words []string
		for word := range strings.SplitSeq(f.Enum, ",") {
			if word != "" {
				words = append(words, word)
			}
		}
		return value{words: words}
	}
	return value{files: strings.Contains(f.PlaceHolder, "FILE") || strings.Contains(f.PlaceHolder, "DIR")}
}

// takesFiles reports whether the arguments of a program are files.
func takesFiles(app *kong.Application) bool {
	for _, arg := range app.Positional {
		if arg.Name == "file" || arg.Name == "clicks" {
			return true
		}
	}
	return false
}

// complete writes the script that completes the flags of a program.
func complete(w io.Writer, shell string, app *kong.Application) error {
	var flags []*kong.Flag
	for _, f := range app.Flags {
		if !f.Hidden {
			flags = append(flags, f)
		}
	}
	write := map[string]func(*strings.Builder, *kong.Application, []*kong.Flag){"bash": bash, "zsh": zsh, "fish": fish}[shell]
	var b strings.Builder
	write(&b, app, flags)
	_, err := io.WriteString(w, b.String())
	return err
}

// bash completes words of flags by itself, and leaves files to the shell. The shell splits
// --flag=value at the equals sign.
func bash(b *strings.Builder, app *kong.Application, flags []*kong.Flag) {
	var names []string
	fmt.Fprintf(b, "# bash completion of %[1]s: source <(%[1]s --completion bash)\n_%[1]s() {\n", app.Name)
	b.WriteString("    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} IFS=$' \\n'\n" +
		"    if [[ $cur == = ]]; then cur=\n    elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}\n    fi\n" +
		"    COMPREPLY=()\n    case $prev in\n")
	for _, f := range flags {
		names = append(names, "--"+f.Name)
		switch v := valueOf(f); {
		case v.none:
		case len(v.words) > 0:
			fmt.Fprintf(b, "    --%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", f.Name, strings.Join(v.words, " "))
		case v.files:
			fmt.Fprintf(b, "    --%s) IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", f.Name)
		default:
			fmt.Fprintf(b, "    --%s) return ;;\n", f.Name)
		}
	}
	fmt.Fprintf(b, "    esac\n    if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", strings.Join(names, " "))
	if takesFiles(app) {
		b.WriteString("\n    else IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$cur\"))")
	}
	fmt.Fprintf(b, "\n    fi\n}\ncomplete -o filenames -F _%[1]s %[1]s\n", app.Name)
}

func zsh(b *strings.Builder, app *kong.Application, flags []*kong.Flag) {
	fmt.Fprintf(b, "#compdef %[1]s\n# zsh completion of %[1]s: source <(%[1]s --completion zsh), or a file _%[1]s in fpath\n_%[1]s() {\n    _arguments \\\n", app.Name)
	escape := strings.NewReplacer(`\`, `\\`, "'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`)
	for _, f := range flags {
		again, equals, action := "", "=", ""
		if f.IsSlice() {
			again = "*"
		}
		switch v := valueOf(f); {
		case v.none:
			equals = ""
		case len(v.words) > 0:
			action = ":" + f.Name + ":(" + strings.Join(v.words, " ") + ")"
		case v.files:
			action = ":" + f.Name + ":_files"
		default:
			action = ":" + f.Name + ": "
		}
		fmt.Fprintf(b, "        '%s--%s%s[%s]%s' \\\n", again, f.Name, equals, escape.Replace(summary(f)), action)
	}
	if takesFiles(app) {
		b.WriteString("        '*:file:_files'\n")
	} else {
		b.WriteString("        '*:argument: '\n")
	}
	fmt.Fprintf(b, "}\nif [ \"$funcstack[1]\" = _%[1]s ]; then _%[1]s \"$@\"; else compdef _%[1]s %[1]s; fi\n", app.Name)
}

func fish(b *strings.Builder, app *kong.Application, flags []*kong.Flag) {
	fmt.Fprintf(b, "# fish completion of %[1]s: %[1]s --completion fish | source\n", app.Name)
	if !takesFiles(app) {
		fmt.Fprintf(b, "complete -c %s -f\n", app.Name)
	}
	escape := strings.NewReplacer(`\`, `\\`, "'", `\'`)
	for _, f := range flags {
		fmt.Fprintf(b, "complete -c %s -l %s", app.Name, f.Name)
		switch v := valueOf(f); {
		case v.none:
		case len(v.words) > 0:
			fmt.Fprintf(b, " -x -a '%s'", strings.Join(v.words, " "))
		case v.files:
			b.WriteString(" -r -F")
		default:
			b.WriteString(" -x")
		}
		fmt.Fprintf(b, " -d '%s'\n", escape.Replace(summary(f)))
	}
}

// summary returns the first sentence of a flag's help.
func summary(f *kong.Flag) string {
	text, _, _ := strings.Cut(f.Help, ". ")
	return strings.TrimSuffix(text, ".")
}
