package safelinks

// Libraesva URLSand.
var libraesva = wrapper{
	kind: Libraesva, hosts: []string{"urlsand.esvalabs.com"},
	unwrap: byParam("u"),
	keep:   []string{"u"},
}
