package loadbalancer

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

// Cookies by which a client keeps its target and its target group. Those of AWS are encrypted, these are not. Browsers keep them for seven
// days; whether they still count is written in their value
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions).
const (
	targetCookie = "AWSALB"
	groupCookie  = "AWSALBTG"
	crossOrigin  = "CORS" // ends the name of a second cookie with the same value, for requests from pages of other sites
	cookieLife   = 7 * 24 * time.Hour
)

// kept is what a client's cookies say, empty when it has none that count.
type kept struct{ targetGroup, ofTarget, address string }

func keptBy(r *http.Request) (k kept) {
	if value, ok := stuck(r, groupCookie); ok {
		k.targetGroup = value
	}
	if value, ok := stuck(r, targetCookie); ok {
		k.ofTarget, k.address, _ = strings.Cut(value, "|")
	}
	return k
}

// stuck reads a cookie whose time has not passed.
func stuck(r *http.Request, name string) (string, bool) {
	for _, candidate := range []string{name, name + crossOrigin} {
		cookie, err := r.Cookie(candidate)
		if err != nil {
			continue
		}
		raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
		until, value, found := strings.Cut(string(raw), "|")
		if seconds, bad := strconv.ParseInt(until, 10, 64); err == nil && bad == nil && found && time.Now().Unix() < seconds {
			return value, true
		}
	}
	return "", false
}

// group gives the target group that a client keeps, "" for none. One without targets is not kept.
func (k kept) group(action alb.ForwardAction, all map[string]*targets) string {
	if action.StickinessSeconds == 0 || k.targetGroup == "" || all[k.targetGroup] == nil || len(all[k.targetGroup].addresses) == 0 {
		return ""
	}
	for _, weighted := range action.TargetGroups {
		if weighted.Key == k.targetGroup {
			return weighted.Key
		}
	}
	return ""
}

// target gives the target that a client keeps, "" for none.
func (k kept) target(group string, t *targets) string {
	if t == nil || t.sticky == 0 || k.ofTarget != group || !slices.Contains(t.addresses, k.address) {
		return ""
	}
	return k.address
}

// cookiesFor gives the values of Set-Cookie on the answer of a target.
func cookiesFor(action alb.ForwardAction, group string, t *targets, address string) (cookies []string) {
	add := func(name, value string, life time.Duration) {
		raw := fmt.Sprintf("%d|%s", time.Now().Add(life).Unix(), value)
		cookie := "=" + base64.RawURLEncoding.EncodeToString([]byte(raw)) + "; Expires=" +
			time.Now().Add(cookieLife).UTC().Format(http.TimeFormat) + "; Path=/"
		cookies = append(cookies, name+cookie, name+crossOrigin+cookie+"; SameSite=None")
	}
	if action.StickinessSeconds > 0 {
		add(groupCookie, group, time.Duration(action.StickinessSeconds)*time.Second)
	}
	if t.sticky > 0 {
		add(targetCookie, group+"|"+address, t.sticky)
	}
	return cookies
}

// checkServed refuses what the local load balancers cannot do and must not ignore.
func checkServed(model alb.LoadBalancer) error {
	for _, tg := range model.TargetGroups {
		if tg.Attributes["stickiness.enabled"] == "true" && tg.Attributes["stickiness.type"] == "app_cookie" {
			return fmt.Errorf("target group %s has stickiness.type app_cookie, which works on AWS and not in the local stack: use lb_cookie, or "+
				"switch stickiness off here", tg.Key)
		}
	}
	return nil
}
