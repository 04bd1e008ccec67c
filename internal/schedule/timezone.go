package schedule

import (
	"strings"
	"time"
	_ "time/tzdata" // so that every machine knows the same time zones
)

// DefaultTimeZone is the time zone of the times where none is given.
const DefaultTimeZone = "Etc/UTC"

// TimeZone reports whether Kubernetes takes the time zone of a CronJob, and otherwise which one was probably meant.
func TimeZone(name string) (near string, known bool) {
	if isTimeZone(name) {
		return name, true
	}
	return nearTimeZone(name), false
}

// isTimeZone reports whether Kubernetes takes the time zone of a CronJob.
func isTimeZone(name string) bool {
	if name == "" || strings.EqualFold(name, "Local") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// nearTimeZone returns the time zone that the name was probably meant to be: with other capitals, of a city without its
// continent, or with one typing error; otherwise Etc/UTC.
func nearTimeZone(name string) string {
	name = titled(name)
	candidates := []string{name}
	if city := name[strings.LastIndexByte(name, '/')+1:]; city != "" {
		for _, continent := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Etc"} {
			candidates = append(candidates, continent+"/"+city)
		}
	}
	const letters = "abcdefghijklmnopqrstuvwxyz_"
	for i := 0; i <= len(name) && len(name) < 40; i++ {
		if i < len(name) {
			candidates = append(candidates, name[:i]+name[i+1:])
		}
		if i+1 < len(name) {
			candidates = append(candidates, name[:i]+name[i+1:i+2]+name[i:i+1]+name[i+2:])
		}
		for _, letter := range letters {
			candidates = append(candidates, name[:i]+string(letter)+name[i:])
			if i < len(name) {
				candidates = append(candidates, name[:i]+string(letter)+name[i+1:])
			}
		}
	}
	for _, candidate := range candidates {
		if candidate = titled(candidate); strings.Contains(candidate, "/") && isTimeZone(candidate) {
			return candidate
		}
	}
	return DefaultTimeZone
}

// titled writes a name as those of time zones are: America/New_York.
func titled(name string) string {
	text := []byte(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(name), " ", "_")))
	for i := range text {
		if first := i == 0 || text[i-1] == '/' || text[i-1] == '_' || text[i-1] == '-'; first && text[i] >= 'a' && text[i] <= 'z' {
			text[i] -= 'a' - 'A'
		}
	}
	return strings.TrimSuffix(string(text), "/")
}
