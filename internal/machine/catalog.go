package machine

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed families.yaml
var familiesFile []byte

// families holds the sizes of every family, in order of size.
var families = sync.OnceValue(func() map[string][]string {
	var file struct {
		Families map[string]string `yaml:"families"`
	}
	if err := yaml.Unmarshal(familiesFile, &file); err != nil {
		panic(fmt.Sprintf("families.yaml: %v", err)) // embedded, and read by a test
	}
	all := map[string][]string{}
	for family, sizes := range file.Families {
		all[family] = strings.Fields(sizes)
	}
	return all
})

// Standing is what is known of the name of an instance type.
type Standing int

// A type is Listed when the catalog has it, Newer when the catalog is of before its family or may be, and otherwise Unknown.
const (
	Unknown Standing = iota
	Newer
	Listed
)

// series are the letters, generation and attributes of a family.
var series = regexp.MustCompile(`^([a-z]+)(\d+)([a-z]*)(-flex)?$`)

// StandingOf tells whether an instance type exists. AWS adds families faster than this catalog: a family of a series that is known, at most
// two generations after its newest one, with attributes that AWS uses and a size that others have, is Newer and not Unknown
// (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
func StandingOf(name string) Standing {
	family, size, _ := strings.Cut(name, ".")
	if sizes, known := families()[family]; known {
		if slices.Contains(sizes, size) {
			return Listed
		}
		return Unknown
	}
	parts := series.FindStringSubmatch(family)
	if parts == nil || strings.Trim(parts[3], "abdegiqnz") != "" || len(parts[3]) > 4 {
		return Unknown
	}
	newest, sized := 0, false
	for other, sizes := range families() {
		if of := series.FindStringSubmatch(other); of != nil && of[1] == parts[1] {
			generation, _ := strconv.Atoi(of[2])
			newest, sized = max(newest, generation), sized || slices.Contains(sizes, size)
		}
	}
	if generation, _ := strconv.Atoi(parts[2]); sized && generation >= newest && generation <= newest+2 {
		return Newer
	}
	return Unknown
}

// Refusal says why no node group can have instances of that type; "" where one can: the name has the form that EC2 gives, and the type
// exists or may by now.
func Refusal(name string) string {
	if _, named := ParseInstanceType(name); !named {
		return "not the name of an EC2 instance type, which is <family><generation><attributes>.<size>"
	}
	if StandingOf(name) == Unknown {
		return "EC2 has no such instance type"
	}
	return ""
}

// usual is a family of each series that is offered in most regions.
var usual = map[string]string{"t": "t3", "m": "m6i", "c": "c6i", "r": "r6i", "x": "x2idn", "z": "z1d", "g": "g5", "gr": "gr6", "p": "p5",
	"i": "i4i", "d": "d3",
	"inf": "inf2", "trn": "trn1"}

// Similar returns the instance type that the name was probably meant to be: of the same family where that exists, else of one that differs
// by a letter too many, too few or swapped, else of a usual one of the series; with the nearest size. Without any it is m6i.large.
func Similar(name string) string {
	family, size, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ".")
	if families()[family] == nil {
		parts := series.FindStringSubmatch(family)
		switch near := oneLetterOff(family); {
		case near != "":
			family = near
		case parts != nil && usual[parts[1]] != "":
			family = usual[parts[1]]
		default:
			family = "m6i"
		}
	}
	sizes := families()[family]
	if slices.Contains(sizes, size) {
		return family + "." + size
	}
	if wanted := weight(size); wanted > 0 {
		nearest := slices.MinFunc(sizes, func(a, b string) int { return abs(weight(a)-wanted) - abs(weight(b)-wanted) })
		return family + "." + nearest
	}
	if slices.Contains(sizes, "large") {
		return family + ".large"
	}
	return family + "." + sizes[0]
}

// oneLetterOff returns the first family that becomes the text by a letter that is added, left out or swapped with its neighbour.
func oneLetterOff(text string) string {
	for _, family := range sortedFamilies() {
		for i := range len(family) {
			swapped := i > 0 && family[:i-1]+family[i:i+1]+family[i-1:i]+family[i+1:] == text
			if family[:i]+family[i+1:] == text || swapped {
				return family
			}
		}
		for i := range len(text) {
			if text[:i]+text[i+1:] == family {
				return family
			}
		}
	}
	return ""
}

func sortedFamilies() []string {
	var all []string
	for family := range families() {
		all = append(all, family)
	}
	slices.Sort(all)
	return all
}

// weight orders sizes: the number of large ones that a size is. 0 for what is not a size.
func weight(size string) int {
	if n := slices.Index([]string{"nano", "micro", "small", "medium", "large", "xlarge"}, size); n >= 0 {
		return max(1, 2*(n-3))
	}
	n, _ := strconv.Atoi(strings.TrimSuffix(size, "xlarge"))
	return 4 * n
}

func abs(n int) int { return max(n, -n) }
