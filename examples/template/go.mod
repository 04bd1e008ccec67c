module "${PROJECT}"

go 1.26.8

tool github.com/modelway/modelway/cmd/modelway
