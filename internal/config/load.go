package config

import "github.com/modelway/modelway/internal/strict"

// Load reads, completes and checks the configuration of a stack. The error is an *Error that holds every fault found: unknown
// keys, wrong types, values out of range, missing values and combinations that cannot work. Keys that stand in the wrong place
// of the stack's file are reported alone: the rest may follow from them.
func Load(source Source) (Config, error) {
	settings := settingsOf(source.Stack())
	settings.Defaults, settings.Lines = strict.ToDocument(Defaults(source.Stack(), "")), source.Lines()
	if stray := settings.Stray(); len(stray) > 0 {
		return Config{}, strict.NewError(settings.Name, stray)
	}
	given, faults := settings.Read(source, rootSchema().Names())
	faults = append(faults, settings.UnknownKeys(source, given)...)
	region, regionFaults := readRegion(source)
	faults = append(faults, regionFaults...)
	faults = append(faults, settings.Invalid(given, faults)...)
	config, err := completed(settings, region, given, faults, check)
	if err != nil {
		return Config{}, err
	}
	return config, nil
}

// completed drops what has faults, completes and checks the rest, and returns the configuration or every fault.
func completed(settings strict.Stack, region string, given document, faults []Fault, check func(Config) []Fault) (Config, error) {
	given.DropFaults(faults)
	config, err := complete(settings.Name, region, given)
	if err != nil {
		return Config{}, err
	}
	faults = append(faults, strict.Independent(check(config), faults)...)
	settings.Lines.Locate(faults)
	return config, strict.NewError(settings.Name, faults)
}

// Check returns an *Error with every combination in the configuration that cannot work, or nil. Load has done it; programs
// that build a Config themselves call it.
func Check(config Config) error { return strict.NewError(config.Environment, check(config)) }
