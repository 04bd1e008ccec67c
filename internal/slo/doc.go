// Package slo makes Prometheus rules of the objectives in model files: what of a model's requests failed or took too long, over how long a
// window, and how much of its error budget is left. It is pure.
//
// The rules are the same for every environment and do not grow with the number of models: they group by model. What differs between models
// are a few constant series each, the inventory. At 1,000 models that is 51 rules and some 3,000 constants, where rules of each model's own
// would be 80,000, with the same expression written a thousand times.
//
// Method, windows and factors: https://sre.google/workbook/alerting-on-slos/. Names: https://prometheus.io/docs/practices/rules/.
package slo
