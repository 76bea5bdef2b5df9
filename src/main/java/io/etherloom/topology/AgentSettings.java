package io.etherloom.topology;

/// How many threads carry frames, and how.
///
/// @param count 1 to 64, or [#AUTO]
/// @param idle  what an agent does when there is nothing to do
/// @param taps  who reads and writes TAPs
public record AgentSettings(int count, Idle idle, Taps taps) {
    /// One for each four processors, at least one.
    public static final int AUTO = 0;
    public static final int MAX_COUNT = 64;

    /// `auto`, gentle, each TAP by the agent of its switch.
    public static final AgentSettings DEFAULT = new AgentSettings(AUTO, Idle.GENTLE, Taps.HOME);

    /// What an agent does when there is nothing to do.
    public enum Idle {
        /// Looks on for a moment, then sleeps until something happens.
        GENTLE("gentle"),
        /// Never sleeps: the shortest round trip, for a processor each.
        BUSY_POLL("busyPoll");

        private final String word;

        Idle(String word) {
            this.word = word;
        }

        /// As the file has it.
        public String word() {
            return word;
        }
    }

    /// Who does the system calls of TAPs.
    public enum Taps {
        /// The agent of the switch.
        HOME("home"),
        /// All agents in turn, whoever has the switch.
        SPREAD("spread");

        private final String word;

        Taps(String word) {
            this.word = word;
        }

        /// As the file has it.
        public String word() {
            return word;
        }
    }

    /// The count as the file may have it.
    public String countText() {
        return count == AUTO ? "auto" : Integer.toString(count);
    }
}
