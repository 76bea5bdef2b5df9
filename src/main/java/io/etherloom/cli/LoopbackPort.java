package io.etherloom.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/// A TCP port on loopback for a program that is about to be started.
final class LoopbackPort {
    private static final int TRIED = 100;

    private LoopbackPort() {}

    /// The wanted port, or else the first free one from `first` on.
    ///
    /// @param option that gave the wanted one, for the sentence
    /// @throws Failure when the wanted one is taken or is none
    static int choose(String option, @Nullable Integer wanted, int first) {
        if (wanted == null) {
            for (int port = first; port < first + TRIED; port++) {
                if (isFree(port)) {
                    return port;
                }
            }
            throw new Failure(ExitCode.ENVIRONMENT, "no port from " + first + " to " + (first + TRIED - 1) + " is free on 127.0.0.1; name another: " + option);
        }
        if (wanted < 1 || wanted > 65_535) {
            throw new Failure(ExitCode.BAD_INPUT, option + " is a number from 1 to 65535, not " + wanted);
        }
        if (!isFree(wanted)) {
            throw new Failure(ExitCode.ENVIRONMENT, "port " + wanted + " of 127.0.0.1 is taken; name another: " + option);
        }
        return wanted;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }
}
