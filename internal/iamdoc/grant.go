package iamdoc

// Grant is a statement that allows actions on resources.
func Grant(actions, resources Values, conditions Conditions) Statement {
	return Statement{Effect: Allow, Action: actions, Resource: resources, Condition: conditions}
}

// GrantAny is a statement that allows actions on all resources, for a reason.
func GrantAny(reason string, actions Values, conditions Conditions) Statement {
	return Statement{Effect: Allow, Action: actions, Resource: Values{"*"}, AnyResource: reason, Condition: conditions}
}

// Actions prefixes actions with the name of their service.
func Actions(service string, actions ...string) Values {
	values := make(Values, len(actions))
	for i, action := range actions {
		values[i] = service + ":" + action
	}
	return values
}
