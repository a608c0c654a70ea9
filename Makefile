# What people type while they work on msc-sim.
FUZZ ?= 10s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
DIST ?= dist
SOAK ?= 10m
RUNS ?= 100
.PHONY: help build check test slow race bench soak equal fuzz judge generate reference pictures gif release

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s  %s\n", $$1, $$2}'

build: ## build ./msc-sim
	go build -o msc-sim ./cmd/msc-sim

check: ## format, vet, staticcheck
	@test -z "$$(go tool gofumpt -l . | tee /dev/stderr)"
	go vet ./...
	go tool staticcheck ./...

test: ## every test
	go test ./...

slow: ## every lesson by its keys, with ten seconds before each of them
	go run ./cmd/msc-sim lesson check --all --pace 10s

race: ## every test, with the race detector
	go test -race ./...

bench: ## what recording, sockets and drawing cost
	go test -run '^$$' -bench . -benchmem ./...

soak: ## memory over time under 500 orders a second, ten minutes (SOAK=40s for shorter)
	SOAK=$(SOAK) go test ./sim/lab -run '^TestSoak$$' -count 1 -timeout 0 -v

equal: ## how often compare calls equal arms different, in 100 runs of some 11 s (RUNS=10 for fewer)
	RUNS=$(RUNS) go test ./sim/lab -run '^TestEqualArmsAreNotCalledDifferent$$' -count 1 -timeout 0 -v

fuzz: ## every fuzzer for 10 s each (FUZZ=1m for longer)
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z]+' . | while IFS=: read -r file func; do \
		go test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZ) "$$(dirname "$$file")" || exit 1; done

judge: ## what outside judges say of the gateway, beside nginx and haproxy where they are installed
	go build -o dist/msc-sim ./cmd/msc-sim
	.ci/gateway/run dist/msc-sim all

generate: ## Go from the contracts (.proto), with the pinned plugin
	go generate ./...

reference: ## docs/reference.md from the tables of commands, faults, policies, worlds, lessons and demos
	UPDATE=1 go test -count=1 -run TestReferenceIsWhatTheTablesSay ./cmd/internal/reference

pictures: ## every screen in every look (dark, light, no colour, ASCII) and as text, into dist/pictures
	mkdir -p dist/pictures
	PICTURES=$(CURDIR)/dist/pictures go test -count=1 -short ./cmd/internal/tui

gif: ## the first minute of the first lesson, into docs/pictures
	go run ./cmd/tools/film -o docs/pictures/first-minute.gif

release: ## archives for every system, into dist (ONLY=linux/amd64 for one)
	go run ./cmd/tools/release -version "$(VERSION)" -time "$$(git log -1 --format=%ct 2>/dev/null || echo 0)" -only "$(ONLY)" -o "$(DIST)"
