package io.etherloom.topology;

import java.util.List;

/// How a vSwitch finds out what its uplinks are cabled to (spec 8.1). Nothing inherits it.
public record LinkDiscovery(Protocol protocol, Operation operation) {
    /// What holds when the file says nothing.
    public static final LinkDiscovery DEFAULT = new LinkDiscovery(Protocol.CDP, Operation.LISTEN);

    /// What is spoken on the link.
    public enum Protocol {
        /// Cisco Discovery Protocol, the one that a standard vSwitch has.
        CDP("cdp"),
        /// IEEE Std 802.1AB, which distributed switches have.
        LLDP("lldp");

        private final String word;

        Protocol(String word) {
            this.word = word;
        }

        /// The word that a topology file uses.
        @Override
        public String toString() {
            return word;
        }
    }

    /// Which ways information goes. Output uses the API's word, whatever spelling the file used.
    public enum Operation {
        /// Neither way; esxcli calls it down.
        NONE("none", "down"),
        /// The host hears who is at the other end.
        LISTEN("listen"),
        /// The other end hears who the host is.
        ADVERTISE("advertise"),
        BOTH("both");

        private final String word;
        private final List<String> spellings;

        Operation(String word, String... otherSpellings) {
            this.word = word;
            this.spellings = Spelling.all(word, otherSpellings);
        }

        /// Whether the host hears its neighbours.
        public boolean listens() {
            return this == LISTEN || this == BOTH;
        }

        /// Whether the host tells its neighbours who it is.
        public boolean advertises() {
            return this == ADVERTISE || this == BOTH;
        }

        /// What a file may write, the canonical word first, in any case.
        List<String> spellings() {
            return spellings;
        }

        /// The canonical word.
        @Override
        public String toString() {
            return word;
        }
    }
}
