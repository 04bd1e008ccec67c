package outline

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/sheet"
)

// acronyms are words of type tokens that people write otherwise.
var acronyms = map[string]string{
	"vpc": "VPC", "nat": "NAT", "eip": "Elastic IP address", "acm": "ACM", "dns": "DNS", "kms": "KMS", "iam": "IAM", "v2": "",
	"fargate": "Fargate",
}

// noun is what people call resources of a type: node group for aws:eks/nodeGroup:NodeGroup. Kinds of Kubernetes keep their names.
func noun(token string) string {
	kind := resource.KindOf(token)
	switch {
	case strings.HasPrefix(token, "kubernetes:"):
		return kind
	case strings.HasPrefix(token, "modelway:"), strings.HasPrefix(token, "eks:"):
		return "component"
	case strings.HasPrefix(token, "pulumi:providers:"):
		return kind + " provider"
	}
	var words []string
	for _, r := range kind {
		if unicode.IsUpper(r) || len(words) == 0 {
			words = append(words, "")
		}
		words[len(words)-1] += string(unicode.ToLower(r))
	}
	for i, word := range words {
		if better, known := acronyms[word]; known {
			words[i] = better
		}
	}
	return strings.ReplaceAll(strings.TrimSpace(strings.Join(words, " ")), "open id connect", "OpenID Connect")
}

// counted is a number of a noun: "subnet" alone for one, "2 subnets", "3 policies", "2 Ingresses".
func counted(n int, word string) string {
	if n == 1 {
		return word
	}
	switch {
	case strings.HasSuffix(word, "y") && !strings.HasSuffix(word, "ay") && !strings.HasSuffix(word, "ey"):
		word = strings.TrimSuffix(word, "y") + "ies"
	case strings.HasSuffix(word, "ls"): // controls
	case strings.HasSuffix(word, "s"):
		word += "es"
	default:
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// tally counts what is folded, by noun, in the order of the first of each.
type tally struct {
	count  int
	nouns  []string
	of     map[string]int
	models []string
}

func (t *tally) add(model, noun string) {
	if t.of == nil {
		t.of = map[string]int{}
	}
	if t.of[noun] == 0 {
		t.nouns = append(t.nouns, noun)
	}
	t.of[noun]++
	t.count++
	if model != "" && !slices.Contains(t.models, model) {
		t.models = append(t.models, model)
	}
}

// words are the nouns with their numbers, components last.
func (t *tally) words() (words []string) {
	last := ""
	for _, noun := range t.nouns {
		if word := counted(t.of[noun], noun); noun == "component" {
			last = word
		} else {
			words = append(words, word)
		}
	}
	if last != "" {
		words = append(words, last)
	}
	return words
}

// row is the creation of all that was counted, in a component, or of models.
func (t *tally) row(component string) row {
	if len(t.models) > 0 {
		return row{mark: "+", of: component, what: fmt.Sprintf("%d in %s: ", t.count, sheet.Count(len(t.models), "model")), words: t.models}
	}
	return row{mark: "+", of: component, what: fmt.Sprintf("%d: ", t.count), words: t.words()}
}
