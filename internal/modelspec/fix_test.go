package modelspec_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/strict"
)

// modelFile is a file whose faults are mended.
type modelFile struct {
	stem, text string
	keys       map[string]any
	alone      []string // the documents after the first
}

// set writes a value at a key, or removes it.
func (m *modelFile) set(key string, value any) {
	steps := strings.Split(key, ".")
	var at any = m.keys
	for _, step := range steps[:len(steps)-1] {
		next, ok := at.(map[string]any)[step].(map[string]any)
		if list, isList := at.(map[string]any)[step].([]any); isList {
			index, _ := strconv.Atoi(steps[len(steps)-1])
			list[index] = value
			return
		}
		if !ok {
			next = map[string]any{}
			at.(map[string]any)[step] = next
		}
		at = next
	}
	last, parent := steps[len(steps)-1], at.(map[string]any)
	if value == nil {
		delete(parent, last)
		if len(parent) == 0 && len(steps) > 1 {
			m.set(strings.Join(steps[:len(steps)-1], "."), nil)
		}
		return
	}
	parent[last] = value
}

func parsed(text string) (value any) {
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return text
	}
	return value
}

// mends are what a reader does on a fix, by its text. What it leaves to the reader is given here.
var mends = []struct {
	fix  string
	mend func(m *modelFile, key string, words []string)
}{
	{`^write at least name: and image:$`, func(m *modelFile, _ string, _ []string) {
		m.keys = map[string]any{"name": m.stem, "image": "acme/a:1"}
	}},
	{`^add name: (.*)$`, func(m *modelFile, _ string, w []string) { m.keys["name"] = w[1] }},
	{`^write name: (\S+), and rename the file to (\S+)\.yaml$`, func(m *modelFile, _ string, w []string) {
		m.keys["name"], m.stem = w[1],
			w[2]
	}},
	{`^write name: (\S+), or rename the file to (\S+)\.yaml$`, func(m *modelFile, _ string, w []string) { m.keys["name"] = w[1] }},
	{`^rename the file to (\S+)\.yaml$`, func(m *modelFile, _ string, w []string) { m.stem = w[1] }},
	{`^(?:put it in quotes|write it without quotes|write the number alone|write it as a list), (.*)$`, setTo},
	{`^write (?:a number and a unit|a whole number|a percentage), ("[^"]*"|[\d.]+)$`, setTo},
	{`^write (true|false)$`, setTo},
	{`^write true or false$`, to(true)},
	{`^write (?:replicas|scaling|slo|owner|latency|train|pipeline): (.*)$`, setTo},
	{`^write it as in (.*)$`, setTo},
	{`^add pipeline: (\S+), or the folder that you mean$`, setTo},
	{`^add image: with the image that trains`, to("acme/train:1")},
	{`^(?:name the version, such as|let the server listen on another port, such as) (.*)$`, setTo},
	{`^write (ghcr\.io/.*|s3://.*|sha256:.*)$`, setTo},
	{`^did you mean ("[^"]*")\? (?:A bare|The suffix)`, setTo},
	{`^write ([\d.]+) or (?:more|less)`, setTo},
	{`^add image: with the image to run, or model: with the files to serve$`, to("acme/a:1")},
	{`^remove image, or remove model$`, func(m *modelFile, _ string, _ []string) { m.set("image", nil) }},
	{`^add format: with the kind of the files$|^write one of them, or serve the model from an image`, to("sklearn")},
	{`^write format: (mlflow), and save`, setTo},
	{`^add uri: .* such as (.*)$`, setTo},
	{`(?:name it|rename the folder, |hyphens, )(?: ?)as in (s3://.*)$`, setTo},
	{"^copy the files to S3 with `modelway store put`", to("s3://acme-models/churn/3/")},
	{"(?:write|add digest: with) what `modelway store digest` prints", to("sha256:" + strings.Repeat("0b", 32))},
	{`^write the name of a general purpose bucket, as in (.*)$|^shorten it to \d+, as in (.*)$`, to("s3://acme-models/churn/3/")},
	{`^write one (?:item|value) alone, such as (.*)$`, setTo},
	{`^write the keys without a dash`, func(m *modelFile, key string, _ []string) { m.set(key, m.keys[key].([]any)[0]) }},
	{`^put the files of the canary into a folder`, func(m *modelFile, _ string, _ []string) {
		m.set("canary.model.uri", "s3://acme-models/churn/9/")
	}},
	{`^put the text into a Secret`, to(nil)},
	{`^write format, uri and digest below it$`, to(map[string]any{
		"format": "sklearn", "uri": "s3://acme-models/churn/3/", "digest": "sha256:" + strings.Repeat("0b", 32),
	})},
	{`^set compute: nodes, or serve`, to("nodes")},
	{`^set storage: read, or serve`, to("read")},
	{`^remove it, and add canary\.image$`, func(m *modelFile, _ string,
		_ []string) {
		m.keys["canary"] = map[string]any{"image": "acme/a:2"}
	}},
	{`^remove it, and add canary\.model|^add model: with uri and digest of the canary`, func(m *modelFile, _ string, _ []string) {
		m.set("canary.image", nil)
		m.set("canary.model", map[string]any{"uri": "s3://acme-models/churn/3/", "digest": "sha256:" + strings.Repeat("0b", 32)})
	}},
	{`^add the image of the canary`, to("acme/a:2")},
	{`^add header: X-Canary`, func(m *modelFile, key string, _ []string) { m.set(key+".header", "X-Canary") }},
	{`^add the value that testers send$`, to("yes")},
	{`^lower it, or set compute: nodes$`, func(m *modelFile, _ string, _ []string) { m.set("compute", "nodes") }},
	{`^set compute: gpu, or remove the key$`, to(nil)},
	{`^measure what one replica takes`, to(40)},
	{`^write a (?:percentage|number of that range)$|^write the percentage`, to(50)},
	{`^write how many GPUs`, to(1)},
	{`^write a time within the range$`, to("2s")},
	{`^write a number and a unit, such as`, to("20s")},
	{`^write cores or thousandths of a core$`, to("250m")},
	{`^write bytes with a suffix such as Mi or Gi$`, to("512Mi")},
	{`^raise it$`, func(m *modelFile, key string, _ []string) {
		m.set(key, map[string]any{"resources.cpu": "1", "resources.memory": "1Gi"}[key])
	}},
	{`^raise replicas\.max or lower replicas\.min$`, func(m *modelFile, _ string, _ []string) { m.set("replicas.max", 1000) }},
	{`^write the first label only`, to("shop")},
	{`^set route\.subdomain$`, func(m *modelFile, _ string, _ []string) { m.set("route.subdomain", "shop") }},
	{`^write by: host`, func(m *modelFile, _ string, _ []string) { m.set("route.by", "host") }},
	{`^name a load balancer of the environment's configuration`, to("internal")},
	{`^name the clients' namespace$`, to("checkout")},
	{`^write it without other characters$`, to("canary")},
	{`^write block, colon and port$`, to("10.0.0.0/16:6379")},
	{`^name the block of its subnets`, to("10.0.0.0/16:6379")},
	{`^put the value into a Secret`, to("churn/token")},
	{`^write a line NAME: "value" for each$`, to(map[string]any{"A": "b"})},
	{`^rename it$`, func(m *modelFile, key string, _ []string) { m.set(key, nil) }},
	{`^remove ((?:canary\.)?source)`, func(m *modelFile, _ string, w []string) { m.set(w[1], nil) }},
	{`^remove canary`, to(nil)},
	{`^remove one$`, func(m *modelFile, key string, _ []string) { m.set(key+".cookie", nil) }},
	{`^remove it from env or from secrets$|^remove it|^remove the key|^give a value, or remove the key$|^write one of them, or remove the key`,
		to(nil)},
}

func setTo(m *modelFile, key string, words []string) { m.set(key, parsed(words[1])) }

func to(value any) func(*modelFile, string, []string) {
	return func(m *modelFile, key string, _ []string) { m.set(key, value) }
}

// mend applies the fix of a fault.
func (m *modelFile) mend(t *testing.T, fault strict.Fault) {
	t.Helper()
	lines := strings.Split(m.text, "\n")
	switch meant := regexp.MustCompile(`^did you mean "([^"]*)"\?$`).FindStringSubmatch(fault.Fix); {
	case fault.Fix == "indent the line with spaces in place of tabs":
		lines[fault.Line-1] = strings.ReplaceAll(lines[fault.Line-1], "\t", "  ")
		m.text, m.keys = strings.Join(lines, "\n"), nil
	case strings.HasPrefix(fault.Fix, "indent line "), strings.HasPrefix(fault.Fix, "indent it as the lines above"):
		lines[fault.Line-1] = "    " + strings.TrimLeft(lines[fault.Line-1], " ")
		m.text, m.keys = strings.Join(lines, "\n"), nil
	case strings.HasPrefix(fault.Fix, "end what the line begins, with "):
		lines[fault.Line-1] += strings.TrimPrefix(fault.Fix, "end what the line begins, with ")
		m.text, m.keys = strings.Join(lines, "\n"), nil
	case fault.Fix == "move it to a file of its own":
		m.text, _, _ = strings.Cut(m.text, "\n---\n")
		m.keys = nil
	case fault.Fix == "remove one of the two":
		m.text = strings.Join(append(lines[:fault.Line-1:fault.Line-1], lines[fault.Line:]...), "\n")
		m.keys = nil
	case meant != nil && strings.Contains(fault.Problem, "unknown key"):
		around, old := fault.Key[:strings.LastIndex("."+fault.Key, ".")], fault.Key[strings.LastIndex(fault.Key, ".")+1:]
		at := m.keys
		if around != "" {
			at = m.keys[strings.Trim(around, ".")].(map[string]any)
		}
		if at[meant[1]] == nil {
			at[meant[1]] = at[old]
		}
		delete(at, old)
	case meant != nil:
		m.set(fault.Key, meant[1])
	default:
		for _, known := range mends {
			if words := regexp.MustCompile(known.fix).FindStringSubmatch(fault.Fix); words != nil {
				known.mend(m, fault.Key, words)
				return
			}
		}
		t.Fatalf("no way to apply the fix %q of %v", fault.Fix, fault)
	}
}

// TestFixesOfModelFiles applies the fixes that are printed for each broken file, until it passes. Nothing is reported
// again once it is mended.
func TestFixesOfModelFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			m := &modelFile{stem: strings.TrimSuffix(filepath.Base(file), ".yaml"), text: string(content)}
			seen := map[string]bool{}
			for range 6 {
				_, err := modelspec.Load(folder(map[string]string{m.stem + ".yaml": m.text}), "models", nil)
				if err == nil {
					return
				}
				faults := faultsOf(t, err)
				m.keys = map[string]any{}
				_ = yaml.Unmarshal([]byte(m.text), &m.keys)
				for _, fault := range faults {
					if fault.Fix == "" && strings.HasPrefix(fault.Problem, "not valid YAML") {
						return // the parser says what, and nobody knows what was meant
					}
					require.False(t, seen[fault.Error()], "mended, and reported again: %v", fault)
					seen[fault.Error()] = true
					if m.mend(t, fault); m.keys == nil {
						break
					}
				}
				if m.keys != nil {
					text, err := yaml.Marshal(m.keys)
					require.NoError(t, err)
					m.text = string(text)
				}
			}
			t.Fatal("still broken")
		})
	}
}

func faultsOf(t *testing.T, err error) (faults []strict.Fault) {
	t.Helper()
	var fault strict.Fault
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			faults = append(faults, faultsOf(t, one)...)
		}
		return faults
	}
	require.True(t, errors.As(err, &fault), "%v", err)
	return []strict.Fault{fault}
}
