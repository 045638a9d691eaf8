using System.Text.Json.Serialization;

namespace Sbx.Api.Errors;

/// <summary>Kinds of failure. The number is the exit code of the CLI; see docs/exit-codes.md.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorCode>))]
public enum ErrorCode
{
    /// <summary>A failure with no finer kind.</summary>
    Failed = 1,

    /// <summary>The command line or a request is not valid.</summary>
    Usage = 2,

    /// <summary>A sandbox, template, agent, service or rule does not exist.</summary>
    NotFound = 3,

    /// <summary>It exists already, or is in a state that does not allow this.</summary>
    Conflict = 4,

    /// <summary>A policy or the operating system refused it.</summary>
    Denied = 5,

    /// <summary>The daemon could not be started or reached, or speaks another version.</summary>
    Daemon = 6,

    /// <summary>A prerequisite of the host is missing (QEMU, a tool, a device).</summary>
    HostPrerequisite = 7,

    /// <summary>No disk space, memory or other resource.</summary>
    Exhausted = 8,

    /// <summary>The virtual machine did not start, or ended unexpectedly.</summary>
    Machine = 9,

    /// <summary>It took longer than allowed.</summary>
    Timeout = 10,

    /// <summary>The user answered no, or an answer was needed and could not be asked for.</summary>
    Declined = 11,

    /// <summary>A package or image could not be fetched or did not match its hash.</summary>
    Image = 12,
}
