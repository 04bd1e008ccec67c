package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/resource"
	review "github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/terminal"
)

// Progress shows an engine operation as it runs: on a terminal a tree of its components that fills in, elsewhere a line a resource. It
// remembers what the operation changed, and prints faults in full.
type Progress struct {
	// Out receives the progress.
	Out io.Writer
	// Terminal is what Out is.
	Terminal terminal.Terminal
	// Outlined says that an outline tells of changes, policies, warnings and errors when the operation is over: nothing is left of them.
	Outlined bool
	// Log, when set, receives every event as a line of JSON, in the form of the engine's own event log.
	Log io.Writer

	mu      sync.Mutex // guards what follows, and Out
	started time.Time
	heard   time.Time // of the last event
	begun   map[string]time.Time
	passing map[string]bool   // warnings of the engine's status line that were shown
	early   map[string]string // warnings that are held back, by URN
	parts   []part            // the components that were heard of, in order
	drawn   int               // lines of the tree that stand on the terminal
	stop    func()            // ends the engine, when set
	ended   func() error      // says whether the engine was ended, when set
	refused bool              // the program ended with an error
	full    bool              // the disk is, and the engine was ended for that
	// Changes lists what was done, in order.
	Changes []Change
	// Faults are the messages of the errors, without repeats.
	Faults []string
	// Broken are the mandatory policies that were broken, Advised the advisory ones, each once.
	Broken, Advised []string
}

// Change is one resource that an operation created, updated, replaced, deleted or, in a preview, would.
type Change = review.Change

// watch shows events until their channel is closed, or the operation is over and none is left; then the returned channel is closed.
func (p *Progress) watch(in <-chan events.EngineEvent, over <-chan struct{}) <-chan struct{} {
	p.mu.Lock()
	p.started, p.begun, p.passing = time.Now(), map[string]time.Time{}, map[string]bool{}
	p.early = map[string]string{}
	p.heard = p.started
	p.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer p.locked(func() { p.rewrite() })
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case event, open := <-in:
				if !open {
					return
				}
				p.take(event)
			case <-over:
				p.drain(in)
				return
			case <-tick.C:
				p.locked(p.waiting)
			}
		}
	}()
	return done
}

// drain shows what the channel holds now.
func (p *Progress) drain(in <-chan events.EngineEvent) {
	for {
		select {
		case event, open := <-in:
			if !open {
				return
			}
			p.take(event)
		default:
			return
		}
	}
}

func (p *Progress) take(event events.EngineEvent) {
	if event.Error != nil {
		return // of the stream itself: the operation's own error says more
	}
	p.locked(func() {
		p.heard = time.Now()
		p.log(event)
		p.show(event)
	})
}

func (p *Progress) locked(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// Warn shows a warning from beside the engine while an operation is watched, each text once.
func (p *Progress) Warn(text string) {
	p.locked(func() { p.warnOnce(text) })
}

func (p *Progress) warnOnce(text string) {
	if !p.passing[text] {
		p.passing[text] = true
		p.tell("warning", text)
	}
}

// UnderWay returns for how long the engine has been at work on a resource, by its type token and name; 0 when it is not.
func (p *Progress) UnderWay(token, name string) (took time.Duration) {
	p.locked(func() {
		for urn, began := range p.begun {
			if resource.NameOf(urn) == name && (strings.HasSuffix(urn, "::"+token+"::"+name) || strings.HasSuffix(urn, "$"+token+"::"+name)) {
				took = time.Since(began)
			}
		}
	})
	return took
}

func (p *Progress) log(event events.EngineEvent) {
	if p.Log == nil {
		return
	}
	if err := json.NewEncoder(p.Log).Encode(event.EngineEvent); err != nil {
		p.Faults = append(p.Faults, fmt.Sprintf("writing the event log: %v", err))
		p.Log = nil
	}
}

func (p *Progress) show(event events.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil && begins(event.ResourcePreEvent.Metadata.Op):
		p.begun[event.ResourcePreEvent.Metadata.URN] = time.Now()
		p.part(event.ResourcePreEvent.Metadata.URN)
		p.status()
	case event.ResOutputsEvent != nil && review.Operation(event.ResOutputsEvent.Metadata.Op).Changes():
		p.finish(event.ResOutputsEvent.Metadata, event.ResOutputsEvent.Planning)
	case event.ResOutputsEvent != nil:
		delete(p.begun, event.ResOutputsEvent.Metadata.URN) // read, and as the state has it
	case event.ResOpFailedEvent != nil:
		delete(p.begun, event.ResOpFailedEvent.Metadata.URN)
	case event.DiagnosticEvent != nil:
		p.diagnose(event.DiagnosticEvent)
	case event.PolicyEvent != nil:
		p.violation(event.PolicyEvent)
	}
}

// begins says whether a step is shown while it is under way. One that reads a resource ends as the operation that brings the state in line
// with what is there: update or delete, or same.
func begins(op apitype.OpType) bool { return op == apitype.OpRefresh || review.Operation(op).Changes() }

func (p *Progress) finish(m apitype.StepEventMetadata, planning bool) {
	began, ok := p.begun[m.URN]
	if !ok {
		return // a component's outputs, after its step was shown
	}
	delete(p.begun, m.URN)
	change := review.ChangeOf(m)
	p.Changes = append(p.Changes, change)
	p.part(m.URN).done++
	took := ""
	if !planning && time.Since(began) >= time.Second {
		took = fmt.Sprintf("  %.0fs", time.Since(began).Seconds())
	}
	detail := ""
	if len(m.Diffs) > 0 {
		detail = "  [" + strings.Join(m.Diffs, ", ") + "]"
	}
	if !p.Terminal.Live && !p.Outlined {
		p.line(fmt.Sprintf("  %-8s %-55s %s%s%s", m.Op, resource.ShortType(m.Type), change.Name(), detail, took))
		return
	}
	p.status()
}

// diagnose prints an error once, in full; warnings are printed, and what components say. The rest is the engine's own log.
func (p *Progress) diagnose(d *apitype.DiagnosticEvent) {
	if d.Severity != "error" && d.Severity != "warning" && !(d.Severity == "info" && ofModelway(d.URN)) {
		return
	}
	where, text := review.Said(*d)
	if text == "" {
		return
	}
	if d.Severity == "warning" && (expected(text) || p.isEarly(d.URN, where+text)) {
		return
	}
	if d.Ephemeral && d.Severity == "warning" {
		p.warnOnce(where + text) // of a status line, which repeats it
		return
	}
	if d.Severity == "error" {
		text = cmp.Or(lostPlugin(text), text)
		said, ofProgram := review.Refusal(text)
		text = said
		if slices.Contains(p.Faults, where+text) {
			return
		}
		p.Faults = append(p.Faults, where+text)
		p.unsaved(text)
		if ofProgram {
			p.refused = true
			return // it ends the operation, whose error says it
		}
	}
	p.tell(d.Severity, where+text)
}

// tell prints a message, which goes on below where it is too wide for the terminal. What an outline tells later is left out.
func (p *Progress) tell(severity, text string) {
	if p.Outlined && severity != "info" {
		return
	}
	for i, line := range p.Terminal.Wrap(severity+": "+text, 6) {
		if i > 0 {
			line = "    " + line
		}
		p.line("  " + line)
	}
}

// violation prints a line for each resource that breaks a policy, and once what the policy wants and how to get there.
func (p *Progress) violation(e *apitype.PolicyEvent) {
	title, text, more := strings.Cut(review.Plain(e.Message), "\n")
	if !more {
		title, text = e.PolicyName, title
	}
	finding, fix, _ := strings.Cut(text, "\n")
	seen := &p.Advised
	if e.EnforcementLevel == string(apitype.Mandatory) {
		seen = &p.Broken
	}
	if !slices.Contains(*seen, e.PolicyName) {
		*seen = append(*seen, e.PolicyName)
		if p.Outlined {
			return
		}
		p.line(fmt.Sprintf("  [%s] %s: %s", e.EnforcementLevel, e.PolicyName, title))
		if fix != "" {
			p.line("      " + strings.ReplaceAll(fix, "\n", "\n      "))
		}
	}
	if !p.Outlined {
		p.line("    - " + finding)
	}
}

// ofModelway says whether the URN is that of a component of Modelway, or inside one.
func ofModelway(urn string) bool {
	return strings.Contains(urn, "$modelway:") || strings.Contains(urn, "::modelway:platform:")
}

func (p *Progress) status() {
	if p.Terminal.Live {
		p.rewrite(p.tree(time.Now())...)
	}
}

// isComponent says whether the URN is that of a component, which is under way for as long as anything in it.
func isComponent(urn string) bool {
	parts := strings.Split(urn, "::")
	qualified := parts[len(parts)-2]
	typ := qualified[strings.LastIndex(qualified, "$")+1:]
	return strings.HasPrefix(typ, "modelway:") || strings.HasPrefix(typ, "pulumi:pulumi:") || strings.HasPrefix(typ, "eks:index:")
}

func (p *Progress) line(text string) {
	p.rewrite()
	fmt.Fprintln(p.Out, text)
	p.status()
}
