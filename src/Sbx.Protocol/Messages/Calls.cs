using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbx.Protocol.Messages;

/// <summary>The answer to any call: either <see cref="Error"/> is null and the call succeeded, or it tells the failure.</summary>
public sealed record Reply
{
    /// <summary>The failure, or null.</summary>
    public GuestError? Error { get; init; }

    /// <summary>Data of the answer, where the call has any.</summary>
    public JsonElement? Data { get; init; }
}

/// <summary>A failure inside the guest.</summary>
/// <param name="Code">One of <see cref="GuestErrorCodes"/>.</param>
/// <param name="Message">For people; what happened and to what.</param>
public sealed record GuestError(string Code, string Message);

/// <summary>Stable codes of <see cref="GuestError"/>.</summary>
public static class GuestErrorCodes
{
    /// <summary>The request could not be read or makes no sense.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>The program or path does not exist.</summary>
    public const string NotFound = "not-found";

    /// <summary>The program or path may not be used that way (not executable, not permitted).</summary>
    public const string NotPermitted = "not-permitted";

    /// <summary>No such user or group in the guest.</summary>
    public const string NoUser = "no-user";

    /// <summary>Connection refused inside the guest.</summary>
    public const string Refused = "refused";

    /// <summary>Anything else; the message holds the errno text.</summary>
    public const string Failed = "failed";
}

/// <summary>Ends the machine in an orderly way.</summary>
/// <param name="GraceMilliseconds">Time between SIGTERM and SIGKILL.</param>
public sealed record ShutdownRequest(int GraceMilliseconds);

/// <summary>Connects to a TCP port inside the guest.</summary>
/// <param name="Host">An IP address literal, usually 127.0.0.1.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record DialRequest(string Host, int Port);

/// <summary>Copies files in or out.</summary>
/// <param name="Path">Absolute path in the guest: for put the directory that the archive is unpacked in, for get the file or directory to pack.</param>
/// <param name="FollowLink">For get: whether a symbolic link at the very end of the path is followed.</param>
/// <param name="Owner">For put: "user:group" names or ids that the files get; null keeps the agent user.</param>
public sealed record ArchiveRequest(string Path, bool FollowLink = false, string? Owner = null);

/// <summary>What the guest asks the host to connect to.</summary>
/// <param name="Kind">"proxy" (explicit proxy connection, the stream starts with the client's proxy request) or "tcp" (captured connection).</param>
/// <param name="Host">For tcp: the name that the guest looked up, or an address literal.</param>
/// <param name="Port">For tcp: the port asked for.</param>
public sealed record EgressOpen(string Kind, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Host, int Port);

/// <summary>What the guest uses.</summary>
/// <param name="MemoryTotal">Bytes.</param>
/// <param name="MemoryAvailable">Bytes.</param>
/// <param name="DiskTotal">Bytes of the writable disk.</param>
/// <param name="DiskFree">Bytes free on it.</param>
/// <param name="Processes">Number of processes.</param>
/// <param name="UptimeSeconds">Since the machine was personalized.</param>
public sealed record GuestUsage(long MemoryTotal, long MemoryAvailable, long DiskTotal, long DiskFree, int Processes, double UptimeSeconds);
