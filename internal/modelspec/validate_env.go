package modelspec

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// secretSyntax is <name of a Secret>/<key in it>
// (https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data).
var secretSyntax = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/[-._a-zA-Z0-9]{1,253}$`)

func (e *entry) validateEnv() {
	e.validateNames("env", e.model.Env)
	e.validateNames("canary.env", e.model.Canary.Env)
	if port := e.model.Env[EnvPort]; e.Given("env."+EnvPort) && !e.Rejected("env."+EnvPort) && port != strconv.Itoa(e.model.Port) {
		e.Fault(e.Origin("env."+EnvPort), fmt.Sprintf("%q differs from port, %d", port, e.model.Port), "the value of port",
			"remove it and set port")
	}
	for key, variables := range map[string]map[string]string{"env.": e.model.Env, "canary.env.": e.model.Canary.Env} {
		if name, set := variables[EnvModelName]; set && !e.Rejected(key+EnvModelName) && name != e.model.Name {
			e.Fault(e.Origin(key+EnvModelName), fmt.Sprintf("%q differs from name, %s, by which probes and clients ask for the model", name,
				e.model.Name),
				"the value of name", "remove it")
		}
	}
	if _, set := e.model.Canary.Env[EnvPort]; set {
		e.Fault(e.Origin("canary.env."+EnvPort), "is the port of the model", "any other name", "remove it and set port")
	}
	for key, variables := range map[string]map[string]string{"env": e.model.Env, "canary.env": e.model.Canary.Env,
		"secrets": e.model.Secrets} {
		if _, set := variables[EnvStoreURI]; set && e.model.Storage != StorageNone {
			e.Fault(e.Origin(key+"."+EnvStoreURI), fmt.Sprintf("is set by storage: %s", e.model.Storage), "any other name",
				"remove it, or set storage: none")
		}
	}
}

// validateNames requires names that every shell and library can read.
func (e *entry) validateNames(key string, variables map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if !envSyntax.MatchString(name) {
			e.Fault(e.Origin(key+"."+name), strconv.Quote(name)+" is not the name of an environment variable",
				"letters, digits and underscores, not starting with a digit", "rename it")
		}
	}
}

func (e *entry) validateSecrets() {
	e.validateNames("secrets", e.model.Secrets)
	for _, name := range slices.Sorted(maps.Keys(e.model.Secrets)) {
		at, reference := e.Origin("secrets."+name), e.model.Secrets[name]
		_, plain := e.model.Env[name]
		_, canary := e.model.Canary.Env[name]
		switch {
		case e.Rejected("secrets." + name):
		case !secretSyntax.MatchString(reference):
			// The text may be the secret itself, so the message does not repeat it.
			e.Fault(at, "is not a reference to a Secret", "<secret>/<key>, such as churn-database/password",
				"put the value into a Secret of the models' namespace, and name it here")
		case plain, canary:
			e.Fault(at, "is an environment variable already", "each name once", "remove it from env or from secrets")
		}
	}
}

func (e *entry) validateEgress() {
	for i, target := range e.model.Egress {
		key := "egress." + strconv.Itoa(i)
		if e.Rejected(key) {
			continue
		}
		if _, _, err := ParseEgress(target); err != nil {
			e.Fault(e.Origin(key), fmt.Sprintf("%q %v", target, err), "an IPv4 block and a TCP port, such as 10.0.0.0/16:6379", egressFix(target))
		}
	}
}

// egressFix takes an address without a mask for a block of one.
func egressFix(target string) string {
	address, port, _ := strings.Cut(target, ":")
	if _, err := netip.ParseAddr(address); err == nil {
		return "write it as in " + address + "/32:" + port
	}
	if !strings.Contains(target, "/") {
		return "name the block of its subnets: a network policy knows addresses and no DNS names"
	}
	return "write block, colon and port"
}
