using Sbx.Api.Errors;

namespace Sbx.Tool.Hosting;

/// <summary>Turns any exception into an error that a user can read.</summary>
internal static class Failures
{
    private const int Enospc = 28;

    /// <summary>The error to show.</summary>
    public static SbxException Of(Exception exception) => exception switch
    {
        SbxException known => known,
        UnauthorizedAccessException e => new SbxException(ErrorCode.Denied, e.Message, "check the permissions of that path", e),
        FileNotFoundException or DirectoryNotFoundException => new SbxException(ErrorCode.NotFound, exception.Message, null, exception),
        IOException { HResult: Enospc } e => new SbxException(ErrorCode.Exhausted, e.Message, "free some disk space: sbx df, sbx prune", e),
        IOException e => new SbxException(ErrorCode.Failed, e.Message, null, e),
        OperationCanceledException e => new SbxException(ErrorCode.Timeout, "the operation was cancelled", null, e),
        _ => new SbxException(
            ErrorCode.Failed, $"unexpected failure: {exception.Message}", "please report it with the output of the same command with --debug", exception),
    };
}
