package topology

// Topology of a deployment: its tiers and who dials whom. The zero value is not valid; Parse returns valid ones only.
type Topology struct {
	Version   int              `yaml:"version"`   // 1
	Technique string           `yaml:"technique"` // of every tier that names none: vanilla, full, contaminated or reexecute (the default)
	Commit    string           `yaml:"commit"`    // safe (the default) or fast
	Log       string           `yaml:"log"`       // disk (the default) or memory
	Data      string           `yaml:"data"`      // folder for logs and snapshots; "" is a temporary one
	Tiers     map[string]*Tier `yaml:"tiers"`
}

// Tier is one service and its replicas. Args and Env are text/template strings; the host defines what they may name.
type Tier struct {
	Package   string            `yaml:"package"`   // main package to build; this or Binary
	Binary    string            `yaml:"binary"`    // rewritten binary
	Dir       string            `yaml:"dir"`       // working folder; "" is the current one
	Args      []string          `yaml:"args"`      // of every replica
	Env       map[string]string `yaml:"env"`       // added to the environment of every replica
	Technique string            `yaml:"technique"` // "" is the topology's
	Replicas  []Replica         `yaml:"replicas"`  // an odd number; ids are 1..n in this order
	Calls     map[string]string `yaml:"calls"`     // target as dialled by the service: tier
}

// Replica is one process of a tier.
type Replica struct {
	Addr string   `yaml:"addr"` // host:port of the service
	Peer string   `yaml:"peer"` // host:port for the other replicas and tiers
	Args []string `yaml:"args"` // after those of the tier
}
