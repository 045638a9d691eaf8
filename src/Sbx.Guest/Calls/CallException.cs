using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>A call that fails with one of <see cref="GuestErrorCodes"/>.</summary>
internal sealed class CallException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>The error that the host gets for any failure.</summary>
    public static GuestError ToError(Exception e) => e switch
    {
        CallException call => new GuestError(call.Code, call.Message),
        SyscallException { Errno: Errno.ENOENT or Errno.ENOTDIR } => new GuestError(GuestErrorCodes.NotFound, e.Message),
        SyscallException { Errno: Errno.EACCES or Errno.EPERM } => new GuestError(GuestErrorCodes.NotPermitted, e.Message),
        FileNotFoundException or DirectoryNotFoundException => new GuestError(GuestErrorCodes.NotFound, e.Message),
        UnauthorizedAccessException => new GuestError(GuestErrorCodes.NotPermitted, e.Message),
        InvalidDataException or EndOfStreamException => new GuestError(GuestErrorCodes.BadRequest, e.Message),
        _ => new GuestError(GuestErrorCodes.Failed, e.Message),
    };
}
