package cost

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// Table is the bill for a terminal, or for what is none: what is billed by component, what the models cost, and what is not counted.
func (b Bill) Table(in terminal.Terminal) string {
	heading := func(title string) string { return strings.Join(in.Wrap(title, 0), "\n") + "\n\n" }
	return b.lay(in, func(t *sheet.Table) string { return t.TextIn(in, 0) }, heading)
}

// Markdown is what Table has, in Markdown.
func (b Bill) Markdown() string {
	return b.lay(terminal.Terminal{}, (*sheet.Table).Markdown, func(title string) string { return "### " + title + "\n\n" })
}

func (b Bill) lay(in terminal.Terminal, table func(*sheet.Table) string, heading func(string) string) string {
	var parts []string
	if b.Date != "" {
		parts = append(parts, heading(fmt.Sprintf("US dollars a month of %d hours in %s, at list prices of %s and later", pricing.HoursPerMonth,
			b.Region, b.Date))+
			table(b.components()))
	}
	if models := b.models(); !models.Empty() {
		parts = append(parts, heading("Models: what is theirs alone, and their shares of nodes that are counted above")+table(models))
	}
	if len(b.NotCounted) > 0 {
		parts = append(parts, heading("Not counted")+sheet.Bullets(in, b.NotCounted))
	}
	return strings.Join(parts, "\n")
}

// components has one row for all items that differ in nothing but the resource, and the total at its end.
func (b Bill) components() *sheet.Table {
	type kind struct{ component, what, arithmetic string }
	var kinds []kind
	sums, counts := map[kind]Sum{}, map[kind]int{}
	for _, item := range b.Items {
		if item.Shared {
			continue
		}
		k := kind{item.Component, item.What, item.Arithmetic}
		if counts[k] == 0 {
			kinds = append(kinds, k)
		}
		counts[k]++
		sums[k] = Sum{Least: sums[k].Least + item.Least, Most: sums[k].Most + item.Most}
	}
	slices.SortStableFunc(kinds, func(k, l kind) int { return strings.Compare(k.component, l.component) })
	table := sheet.Of("Component", "What", "Least:", "Most:", "How the least comes about")
	for _, k := range kinds {
		how := k.arithmetic
		if counts[k] > 1 {
			how = fmt.Sprintf("each of %d: %s", counts[k], how)
		}
		table.Add(k.component, k.what, sums[k].Least, sums[k].Most, how)
	}
	table.Add("total", "", b.Least(), b.Most())
	return table
}

func (b Bill) models() *sheet.Table {
	table := sheet.Of("Model", "Least:", "Most:", "What")
	whats := map[string][]string{}
	for _, item := range b.Items {
		if !slices.Contains(whats[item.Model], item.What) {
			whats[item.Model] = append(whats[item.Model], item.What)
		}
	}
	for _, sum := range b.ByModel() {
		table.Add(sum.Name, sum.Least, sum.Most, strings.Join(whats[sum.Name], "; "))
	}
	return table
}

// document is the bill in JSON. Amounts are US dollars a month, to the cent.
type document struct {
	Region     string         `json:"region"`
	Date       string         `json:"date"`
	Least      json.Number    `json:"least"`
	Most       json.Number    `json:"most"`
	Components []documentSum  `json:"components"`
	Models     []documentSum  `json:"models"`
	Items      []documentItem `json:"items"`
	NotCounted []string       `json:"notCounted"`
}

type documentSum struct {
	Name  string      `json:"name"`
	Least json.Number `json:"least"`
	Most  json.Number `json:"most"`
}

type documentItem struct {
	URN        string      `json:"urn"`
	Component  string      `json:"component"`
	Model      string      `json:"model,omitempty"`
	What       string      `json:"what"`
	Least      json.Number `json:"least"`
	Most       json.Number `json:"most"`
	Arithmetic string      `json:"arithmetic"`
	Shared     bool        `json:"shared,omitempty"`
}

// MarshalJSON writes region, date, least, most, components, models, items and notCounted. Amounts are US dollars a month, to the cent.
func (b Bill) MarshalJSON() ([]byte, error) {
	d := document{
		Region: b.Region, Date: b.Date, Least: dollars(b.Least()), Most: dollars(b.Most()),
		Components: documentSums(b.ByComponent()), Models: documentSums(b.ByModel()), Items: []documentItem{},
		NotCounted: append([]string{}, b.NotCounted...),
	}
	for _, i := range b.Items {
		d.Items = append(d.Items, documentItem{i.URN, i.Component, i.Model, i.What, dollars(i.Least), dollars(i.Most), i.Arithmetic, i.Shared})
	}
	return json.Marshal(d)
}

func documentSums(sums []Sum) []documentSum {
	all := make([]documentSum, 0, len(sums))
	for _, s := range sums {
		all = append(all, documentSum{s.Name, dollars(s.Least), dollars(s.Most)})
	}
	return all
}

func dollars(u pricing.USD) json.Number { return json.Number(u.String()) }
