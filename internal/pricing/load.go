package pricing

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/machine"
)

//go:embed data/*.yaml
var data embed.FS

// origin is where prices or sizes come from.
type origin struct {
	Read   string `yaml:"read"`
	Source string `yaml:"source"`
}

// amount is a USD in a table.
type amount USD

// UnmarshalText reads what ParseUSD takes.
func (a *amount) UnmarshalText(text []byte) error {
	parsed, err := ParseUSD(string(text))
	*a = amount(parsed)
	return err
}

type row struct {
	origin `yaml:",inline"`
	USD    amount `yaml:"usd"`
}

// resourceRow is the price of a resource type.
type resourceRow struct {
	row  `yaml:",inline"`
	What string `yaml:"what"`
	Per  string `yaml:"per"`
}

// table is the file of a region.
type table struct {
	Region    string                 `yaml:"region"`
	Prices    map[string]row         `yaml:"prices"`
	Resources map[string]resourceRow `yaml:"resources"`
	Databases map[string]row         `yaml:"databases"`
	Instances struct {
		origin `yaml:",inline"`
		USD    map[string]amount `yaml:"usd"`
	} `yaml:"instances"`
}

// items are what every region has a price for, by the name in the tables.
func (p *Prices) items() map[string]*Price {
	return map[string]*Price{
		"controlPlaneHour": &p.ControlPlaneHour, "extendedControlPlaneHour": &p.ExtendedControlPlaneHour,
		"fargateVCPUHour": &p.FargateVCPUHour, "fargateGBHour": &p.FargateGBHour, "fargateStorageGBHour": &p.FargateStorageGBHour,
		"loadBalancerHour": &p.LoadBalancerHour, "publicIPv4Hour": &p.PublicIPv4Hour,
		"interfaceEndpointHour":  &p.InterfaceEndpointHour,
		"databaseStorageGBMonth": &p.DatabaseStorageGBMonth,
		"gp3GBMonth":             &p.Gp3GBMonth, "gp3IOPSMonth": &p.Gp3IOPSMonth, "gp3ThroughputMonth": &p.Gp3ThroughputMonth,
	}
}

var load = sync.OnceValues(func() (map[string]*Prices, error) { return readTables(data) })

// readTables refuses a table in which a price is missing or not positive.
func readTables(files fs.FS) (map[string]*Prices, error) {
	names, err := fs.Glob(files, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	tables := map[string]*Prices{}
	var faults []error
	for _, name := range names {
		name = path.Base(name)
		prices, err := readTable(files, name)
		faults = append(faults, err)
		tables[strings.TrimSuffix(name, ".yaml")] = prices
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return tables, nil
}

func readTable(files fs.FS, name string) (*Prices, error) {
	var file table
	if err := decode(files, name, &file); err != nil {
		return nil, err
	}
	prices := &Prices{Region: file.Region, instances: map[string]USD{}, databases: map[string]Price{}, oldest: file.Instances.Read}
	faults := []error{file.Instances.check("instances")}
	if file.Region+".yaml" != name {
		faults = append(faults, fmt.Errorf("region is %q: the file is named after it", file.Region))
	}
	items := prices.items()
	for _, item := range slices.Sorted(maps.Keys(items)) {
		faults = append(faults, prices.set(items[item], item, file.Prices[item])) // a missing one has no price
		delete(file.Prices, item)
	}
	for _, unknown := range slices.Sorted(maps.Keys(file.Prices)) {
		faults = append(faults, fmt.Errorf("%s is not an item; there are %s", unknown, strings.Join(slices.Sorted(maps.Keys(items)), ", ")))
	}
	for _, token := range slices.Sorted(maps.Keys(file.Resources)) {
		row := file.Resources[token]
		r := Resource{Type: token, What: row.What, Per: row.Per}
		faults = append(faults, prices.set(&r.Price, token, row.row))
		if row.What == "" || row.Per != Hour && row.Per != Month {
			faults = append(faults, fmt.Errorf("%s is %q per %q: say what it is, and per: %s or %s", token, row.What, row.Per, Hour, Month))
		}
		prices.Resources = append(prices.Resources, r)
	}
	for _, class := range slices.Sorted(maps.Keys(file.Databases)) {
		var price Price
		faults = append(faults, prices.set(&price, class, file.Databases[class]))
		if !slices.Contains(database.ClassNames(), class) {
			faults = append(faults, fmt.Errorf("%s is not a class of databases; there are %s", class, strings.Join(database.ClassNames(), ", ")))
		}
		prices.databases[class] = price
	}
	if len(file.Instances.USD) == 0 {
		faults = append(faults, errors.New("instances has no prices"))
	}
	for _, instance := range slices.Sorted(maps.Keys(file.Instances.USD)) {
		price := file.Instances.USD[instance]
		if _, sized := machine.Sizes()[instance]; price <= 0 || !sized {
			faults = append(faults, fmt.Errorf("instance type %s needs a price above 0, and a size in package machine", instance))
		}
		prices.instances[instance] = USD(price)
	}
	return prices, faulty(name, faults)
}

// set fills in a price from its row.
func (p *Prices) set(price *Price, name string, r row) error {
	if r.USD <= 0 {
		return fmt.Errorf("%s has no price: give one above 0", name)
	}
	*price = Price{USD: USD(r.USD), Read: r.Read, Source: r.Source}
	p.oldest = min(p.oldest, r.Read)
	return r.check(name)
}

// check reports a day or an address that is none.
func (o origin) check(what string) error {
	_, badDate := time.Parse(time.DateOnly, o.Read)
	source, badSource := url.Parse(o.Source)
	if badDate != nil || badSource != nil || source.Scheme != "https" {
		return fmt.Errorf("%s was read on %q from %q: give a day such as 2026-09-30, and an https address", what, o.Read, o.Source)
	}
	return nil
}

// decode refuses keys that are not known.
func decode(files fs.FS, name string, into any) error {
	content, err := fs.ReadFile(files, "data/"+name)
	if err != nil {
		return fmt.Errorf("reading prices: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("reading prices: %s: %w", name, err)
	}
	return nil
}

func faulty(file string, faults []error) error {
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("prices in %s: %w", file, err)
	}
	return nil
}
