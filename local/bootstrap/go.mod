module github.com/modelway/modelway/local/bootstrap

go 1.22
