package alb

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/glob"
)

// The generators keep to few hosts, segments and names, so that routes meet.
var (
	hostGen  = rapid.SampledFrom([]string{"", "a.io", "b.io", "x.a.io", "*.io", "*.a.io"})
	nameGen  = rapid.StringMatching(`[a-c](-?[a-c1-2]){0,3}`)
	pathGen  = rapid.StringMatching(`/([ab](/[ab]){0,2}/?)?`)
	globGen  = rapid.StringMatching(`/[ab/*?]{0,5}`)
	orderGen = rapid.SampledFrom([]string{"", "", "-1", "0", "1"})
)

// ingressesGen draws up to six Ingresses with distinct names and at most three wildcards in a path.
func ingressesGen() *rapid.Generator[[]Ingress] {
	return rapid.Custom(func(t *rapid.T) []Ingress {
		var ingresses []Ingress
		for _, name := range rapid.SliceOfNDistinct(nameGen, 1, 6, rapid.ID).Draw(t, "names") {
			i := Ingress{Namespace: rapid.SampledFrom([]string{"m", "m-n"}).Draw(t, "namespace"), Name: name, ClassName: "public"}
			if order := orderGen.Draw(t, "order"); order != "" {
				i = i.annotated(groupOrder, order)
			}
			for range rapid.IntRange(1, 2).Draw(t, "rules") {
				rule := Rule{Host: hostGen.Draw(t, "host")}
				for n := range rapid.IntRange(1, 3).Draw(t, "paths") {
					path := Path{PathType: rapid.SampledFrom([]string{Exact, Prefix, ImplementationSpecific}).Draw(t, "type"),
						Backend: Backend{"s", fmt.Sprint(len(i.Rules)*10 + n + 1)}}
					if path.PathType == ImplementationSpecific {
						path.Path = globGen.Filter(func(g string) bool { return glob.New(g, false).Wildcards() <= 3 }).Draw(t, "glob")
					} else {
						path.Path = pathGen.Draw(t, "path")
					}
					rule.Paths = append(rule.Paths, path)
				}
				i.Rules = append(i.Rules, rule)
			}
			ingresses = append(ingresses, i)
		}
		return ingresses
	})
}

// requestGen draws requests that often meet the routes of ingressesGen.
var requestGen = rapid.Custom(func(t *rapid.T) Request {
	return get(rapid.SampledFrom([]string{"a.io", "A.IO:80", "b.io", "x.a.io", "y.x.a.io", "c.com"}).Draw(t, "host"),
		rapid.StringMatching(`/([abc]?(/[ab]?){0,3})`).Draw(t, "path"))
})

// naiveGlob matches by trying every length for every "*".
func naiveGlob(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		for i := range len(text) + 1 {
			if naiveGlob(pattern[1:], text[i:]) {
				return true
			}
		}
		return false
	default:
		return text != "" && (pattern[0] == '?' || pattern[0] == text[0]) && naiveGlob(pattern[1:], text[1:])
	}
}

// naiveRoute says, straight from the Ingresses, which target group gets a request, or "" for none.
func naiveRoute(ingresses []Ingress, r Request) string {
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	sorted := slices.Clone(ingresses)
	order := func(i Ingress) int { n := 0; fmt.Sscan(i.Annotations[groupOrder], &n); return n }
	slices.SortFunc(sorted, func(a, b Ingress) int {
		if order(a) != order(b) {
			return order(a) - order(b)
		}
		return strings.Compare(a.Key(), b.Key())
	})
	for _, i := range sorted {
		for _, rule := range i.Rules {
			if rule.Host != "" && !naiveGlob(rule.Host, host) {
				continue
			}
			var best *Path
			for n := range rule.Paths { // Exact before Prefix, of which the longest, before the first other
				p := &rule.Paths[n]
				matches := map[string]bool{
					Exact:                  r.Path == p.Path,
					Prefix:                 r.Path == strings.TrimSuffix(p.Path, "/") || strings.HasPrefix(r.Path, strings.TrimSuffix(p.Path, "/")+"/"),
					ImplementationSpecific: naiveGlob(p.Path, r.Path),
				}[p.PathType]
				better := best == nil ||
					p.PathType == Exact && best.PathType != Exact ||
					p.PathType == Prefix && (best.PathType == ImplementationSpecific || best.PathType == Prefix && len(p.Path) > len(best.Path))
				if matches && better {
					best = p
				}
			}
			if best != nil {
				return TargetGroupKey(i, best.Backend.Service, best.Backend.Port)
			}
		}
	}
	return ""
}

func TestMatchAgreesWithNaiveRouting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ingresses := ingressesGen().Draw(t, "ingresses")
		lb, err := Build(publicClass, ingresses)
		require.False(t, Refused(err), err)
		for range 20 {
			r := requestGen.Draw(t, "request")
			action, matched := lb.Listeners[0].Match(r)
			want := naiveRoute(ingresses, r)
			require.Equal(t, want != "", matched, "%s%s", r.Host, r.Path)
			if matched {
				require.Equal(t, want, action.Forward.TargetGroups[0].Key, "%s%s", r.Host, r.Path)
			}
		}
	})
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ingresses := ingressesGen().Draw(t, "ingresses")
		if rapid.Bool().Draw(t, "faulty") {
			ingresses[0] = ingresses[0].annotated(groupOrder, "x", scheme, "y", listenPorts, "z")
		}
		lb, err := Build(publicClass, ingresses)
		shuffled := rapid.Permutation(ingresses).Draw(t, "shuffled")
		lb2, err2 := Build(publicClass, shuffled)
		require.Equal(t, lb, lb2)
		require.Equal(t, err, err2)
	})
}

func TestPrioritiesCountFromOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ingresses := ingressesGen().Draw(t, "ingresses")
		lb, _ := Build(publicClass, ingresses)
		paths := 0
		for _, i := range ingresses {
			for _, rule := range i.Rules {
				paths += len(rule.Paths)
			}
		}
		require.Equal(t, paths, lb.RuleCount(), "one rule per path")
		for n, rule := range lb.Listeners[0].Rules {
			require.Equal(t, n+1, rule.Priority)
			require.NotEmpty(t, rule.Conditions)
		}
	})
}

func TestAnotherHostChangesNoRoute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ingresses := ingressesGen().Draw(t, "ingresses")
		before, _ := Build(publicClass, ingresses)
		after, _ := Build(publicClass, append(ingresses, route("newcomer", "own.example.com", "/", Prefix).annotated(groupOrder,
			orderGen.Filter(func(o string) bool { return o != "" }).Draw(t, "newcomer's order"))))
		r := requestGen.Draw(t, "request")
		x, _ := before.Listeners[0].Match(r)
		y, _ := after.Listeners[0].Match(r)
		require.Equal(t, x, y)
	})
}

func TestPrefixMatchesWholeSegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`/[ab:]([ab:-]?/?[ab:]){0,4}/?`).Draw(t, "prefix")
		l := mustBuild(t, publicClass, route("s", "", prefix, Prefix)).Listeners[0]
		base := strings.TrimSuffix(prefix, "/")
		rest := rapid.StringMatching(`[ab:/-]{0,4}`).Draw(t, "rest")
		_, matched := l.Match(get("any", base+rest))
		require.Equal(t, rest == "" || rest[0] == '/', matched, "%s matches %s", prefix, base+rest)
	})
}

func TestModelsNeverAnswerForEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(nameGen, 2, 8, rapid.ID).Draw(t, "names")
		names = append(names, names[0]+"-v2") // the trap
		slices.Sort(names)
		names = slices.Compact(names)
		var ingresses []Ingress
		for _, name := range names {
			ingresses = append(ingresses, model(name))
		}
		rand.Shuffle(len(ingresses), func(i, j int) { ingresses[i], ingresses[j] = ingresses[j], ingresses[i] })
		l := mustBuild(t, publicClass, ingresses...).Listeners[0]
		for _, name := range names {
			for _, path := range []string{"/v1/models/" + name, "/v1/models/" + name + ":predict"} {
				require.Equal(t, "models/"+name+"-"+name+":http", target(t, l, get("api.company.com", path)))
			}
			for _, path := range []string{"/v1/models/" + name + "-", "/v1/models/" + name + ":predict/", "/v1/models/" + name + ":explain"} {
				require.Equal(t, 404, target(t, l, get("api.company.com", path)))
			}
		}
	})
}

func TestRulesReportedAsUnreachedAreUnreached(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lb, _ := Build(publicClass, ingressesGen().Draw(t, "ingresses"))
		rules := lb.Listeners[0].Rules
		unreached := map[int]bool{}
		var earlier rulebook
		for _, rule := range rules {
			unreached[rule.Priority] = len(earlier.takers(rule)) > 0
			earlier.add(rule)
			host, literal := rule.Source.Host, rule.Source.PathType == Exact
			if literal && host != "" && !strings.Contains(host, "*") { // then one request tells
				first, _ := lb.Listeners[0].MatchRule(get(host, rule.Source.Path))
				require.Equal(t, first.Priority != rule.Priority, unreached[rule.Priority], rule.Source)
			}
		}
		for range 20 {
			if rule, ok := lb.Listeners[0].MatchRule(requestGen.Draw(t, "request")); ok {
				require.False(t, unreached[rule.Priority], rule.Source)
			}
		}
	})
}

func TestAnyTextInAnyPlaceIsReportedAndNeverPanics(t *testing.T) {
	plain := rapid.String().Filter(func(s string) bool { return !strings.Contains(s, "%") })
	text := rapid.OneOf(plain, rapid.SampledFrom([]string{"", "[]", "{}", "null", "[null]", "[{}]", "1", "-1", "true", "/", "*",
		`{"type":"forward","forwardConfig":{"targetGroups":[null]}}`, `[{"field":"path-pattern","pathPatternConfig":null}]`, `[{"HTTP":80}]`,
		`[{"HTTPS":443}]`}))
	names := append(slices.Clone(modelled), actionsPrefix+"s", conditionsPrefix+"s", AnnotationPrefix+"other")
	rapid.Check(t, func(t *rapid.T) {
		i := Ingress{
			Namespace: text.Draw(t, "namespace"), Name: text.Draw(t, "name"),
			Annotations: rapid.MapOfN(rapid.SampledFrom(names), text, 0, 6).Draw(t, "annotations"),
			Rules: []Rule{{text.Draw(t, "host"), []Path{{text.Draw(t, "path"),
				rapid.OneOf(text, rapid.SampledFrom([]string{Exact, Prefix, ImplementationSpecific})).Draw(t, "type"),
				Backend{"s", rapid.OneOf(text, rapid.Just(UseAnnotation)).Draw(t, "port")}}}}},
		}
		lb, err := Build(ClassParams{Name: "c", Group: text.Draw(t, "group"), Scheme: text.Draw(t, "scheme")}, []Ingress{i})
		for _, fault := range FaultsOf(err) {
			require.NotEmpty(t, fault.Message)
			require.NotContains(t, fault.Message, "%!", "a broken message")
		}
		for _, l := range lb.Listeners {
			l.Match(get("a.io", "/"))
		}
	})
}
