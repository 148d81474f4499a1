package topology

// Topology of a deployment: its tiers and who dials whom. The zero value is not valid; Parse returns valid ones only.
type Topology struct {
	Version     int `yaml:"version"` // 1
	Replication `yaml:",inline"`
	Log         string           `yaml:"log"`  // disk (the default) or memory
	Data        string           `yaml:"data"` // folder for logs and snapshots; "" is a temporary one
	Tiers       map[string]*Tier `yaml:"tiers"`
}

// Replication says how tiers are replicated. What a tier leaves out is as the topology has it.
type Replication struct {
	Style     string `yaml:"style"`     // leader (the default) or active
	Technique string `yaml:"technique"` // vanilla, full, contaminated, reexecute (the default), transparent or auto
	Commit    string `yaml:"commit"`    // safe (the default) or fast
	Reads     string `yaml:"reads"`     // of methods that only read: index (the default), without the log, or log
	Lease     *bool  `yaml:"lease"`     // reads trust the leader's lease; false is the default
	Lanes     int    `yaml:"lanes"`     // slivers that run at a time; 0 is one for each processor, 4 at most
	Clients   int    `yaml:"clients"`   // clients that a tier remembers; 0 is 65536
}

// Method says how a method is replicated. What is left out is as the tier has it.
type Method struct {
	Style     string `yaml:"style"`
	Technique string `yaml:"technique"`
}

// Tier is one service and its replicas. Args and Env are text/template strings; the host defines what they may name.
type Tier struct {
	Package     string            `yaml:"package"` // main package to build; this or Binary
	Binary      string            `yaml:"binary"`  // rewritten binary
	Dir         string            `yaml:"dir"`     // working folder; "" is the current one
	Args        []string          `yaml:"args"`    // of every replica
	Env         map[string]string `yaml:"env"`     // added to the environment of every replica
	Replication `yaml:",inline"`
	Methods     map[string]Method `yaml:"methods"`  // by full name: /package.Service/Method
	Replicas    []Replica         `yaml:"replicas"` // an odd number; ids are 1..n in this order
	Calls       map[string]string `yaml:"calls"`    // target as dialled by the service: tier
}

// Replica is one process of a tier.
type Replica struct {
	Addr string   `yaml:"addr"` // host:port of the service
	Peer string   `yaml:"peer"` // host:port for the other replicas and tiers
	Args []string `yaml:"args"` // after those of the tier
}
