package download

import (
	"fmt"
	"net/url"
	"strings"
)

// Variable is the environment variable that says what is downloaded, and from where.
const Variable = "MODELWAY_DOWNLOAD"

// Mode says what is downloaded, and from where. Its zero value tries the publishers, and leaves what fails to be built.
type Mode struct {
	// Never builds everything.
	Never bool
	// Only builds nothing that could be downloaded.
	Only bool
	// Mirror stands for the publishers: it has what https://HOST/PATH has at MIRROR/HOST/PATH.
	Mirror *url.URL
}

// ParseMode reads the value of Variable.
func ParseMode(value string) (Mode, error) {
	switch value {
	case "":
		return Mode{}, nil
	case "off":
		return Mode{Never: true}, nil
	case "only":
		return Mode{Only: true}, nil
	}
	refused := func(why string) (Mode, error) {
		return Mode{}, fmt.Errorf("%s is %q, %s: leave it empty to download what is published and build the rest, or set it to off, to only, "+
			"or to the address of a mirror, such as https://mirror.example.com/modelway or file:///srv/mirror", Variable, value, why)
	}
	mirror, err := url.Parse(value)
	switch {
	case err != nil:
		return refused("which is not an address")
	case mirror.Scheme == "file" && mirror.Host == "" && strings.HasPrefix(mirror.Path, "/"):
	case mirror.Scheme != "http" && mirror.Scheme != "https":
		return refused("which is not known")
	case mirror.Hostname() == "":
		return refused("which names no host")
	}
	if mirror.RawQuery != "" || mirror.Fragment != "" {
		return refused("which has more than a path after its host")
	}
	return Mode{Mirror: mirror}, nil
}
