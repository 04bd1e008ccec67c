package modelspec

import (
	"fmt"
	"regexp"
	"strconv"
)

// What an http-header condition of a load balancer can compare, less its wildcards
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#http-header-conditions).
var (
	headerSyntax = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)
	cookieSyntax = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
	testerSyntax = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
)

func (e *entry) validateCanary() {
	c := e.model.Canary
	if !e.Given("canary") && !e.Given("canary.image") && !e.given("canary.model") && !e.Given("canary.weight") || e.Rejected("canary") {
		return
	}
	e.validateCanarySource()
	e.validateSourceOf("canary", c.Files.Digest)
	if !e.Rejected("canary.weight") && (c.Weight < 0 || c.Weight > 100) {
		e.Fault(e.Origin("canary.weight"), fmt.Sprintf("%d is out of range", c.Weight), "0 to 100",
			"write the percentage of requests that the canary gets")
	}
	if e.model.Route.Exposure == ExposureNone {
		e.Fault(e.Origin("canary"), "needs a load balancer to divide requests, and route.exposure is none", "",
			"remove canary, or set route.exposure to shared")
	}
	e.validateTesters(c.Testers)
}

func (e *entry) validateTesters(t Testers) {
	at := e.Origin("canary.testers")
	switch {
	case !e.Given("canary.testers") || e.Rejected("canary.testers"):
		return
	case t.Header != "" && t.Cookie != "":
		e.Fault(at, "has both header and cookie", "one of the two", "remove one")
		return
	case !t.Pinned():
		e.Fault(at, "has neither header nor cookie", "one of the two", "add header: X-Canary, or remove testers")
		return
	}
	e.validateTesterText("canary.testers.header", t.Header, headerSyntax, "1 to 40 letters, digits and hyphens")
	e.validateTesterText("canary.testers.cookie", t.Cookie, cookieSyntax, "1 to 40 letters, digits, underscores and hyphens")
	if !e.Given("canary.testers.value") {
		e.Fault(e.Origin("canary.testers.value"), "is missing", "1 to 64 letters, digits, dots, underscores and hyphens",
			"add the value that testers send")
		return
	}
	e.validateTesterText("canary.testers.value", t.Value, testerSyntax, "1 to 64 letters, digits, dots, underscores and hyphens")
}

func (e *entry) validateTesterText(key, text string, syntax *regexp.Regexp, allowed string) {
	if e.Given(key) && !e.Rejected(key) && !syntax.MatchString(text) {
		e.Fault(e.Origin(key), strconv.Quote(text)+" cannot be matched", allowed, "write it without other characters")
	}
}
