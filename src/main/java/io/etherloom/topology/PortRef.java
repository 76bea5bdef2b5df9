package io.etherloom.topology;

/// A port of a physical switch, written `tor1/24`.
///
/// @param switchName name of the physical switch
/// @param port       name of the port on it
public record PortRef(String switchName, String port) {
    @Override
    public String toString() {
        return switchName + "/" + port;
    }
}
