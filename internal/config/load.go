package config

import "slices"

// Load reads, completes and checks the configuration of a stack. The error is an *Error that holds every fault found: unknown
// keys, wrong types, values out of range, missing values and combinations that cannot work.
func Load(source Source) (Config, error) {
	stack := source.Stack()
	given, faults := readDocument(source, rootSchema().propertyNames())
	faults = append(faults, unknownKeys(source)...)
	region, regionFaults := readRegion(source)
	faults = append(faults, regionFaults...)
	faults = append(faults, schemaFaults(stack, given, faults)...)

	for _, fault := range faults {
		given.drop(fault.path)
	}
	config, err := complete(stack, region, given)
	if err != nil {
		return Config{}, err
	}
	faults = append(faults, independent(check(config), faults)...)
	if len(faults) > 0 {
		sortFaults(faults)
		return Config{}, &Error{Stack: stack, Faults: faults}
	}
	return config, nil
}

// Check returns an *Error with every combination in the configuration that cannot work, or nil. Load has done it; programs
// that build a Config themselves call it.
func Check(config Config) error {
	faults := check(config)
	if len(faults) == 0 {
		return nil
	}
	sortFaults(faults)
	return &Error{Stack: config.Environment, Faults: faults}
}

// independent returns the faults that rest on no value with a fault of its own.
func independent(faults, known []Fault) []Fault {
	return slices.DeleteFunc(faults, func(fault Fault) bool {
		return slices.ContainsFunc(known, func(other Fault) bool {
			return !other.unknown && fault.involves(other.path) || slices.ContainsFunc(other.reads, fault.involves)
		})
	})
}
