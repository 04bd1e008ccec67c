package kubelet

import "strings"

// expand replaces $(NAME) by the variable of that name, as Kubernetes does in commands, arguments and values: $$ is a dollar that begins no
// reference, and a reference to a variable that is not there stays as it is.
// (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/)
func expand(text string, variables map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(strings.TrimPrefix(rest, "("), ")")
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteString("$")
			text = rest[1:]
		case strings.HasPrefix(rest, "(") && closed:
			if value, known := variables[name]; known {
				b.WriteString(value)
			} else {
				b.WriteString("$(" + name + ")")
			}
			text = after
		default:
			b.WriteString("$")
			text = rest
		}
	}
}
