using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Policies;
using Sbx.Secrets;

namespace Sbx.Daemon.Http;

/// <summary>Turns failures into answers: those that a user understands as they are, others as one sentence plus a log entry.</summary>
internal sealed partial class ErrorAnswer(RequestDelegate next, ILogger<ErrorAnswer> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (Exception e)
        {
            if (e is not (SbxException or PolicyException or SecretException))
                LogUnexpected(context.Request.Path, e);
            if (context.Response.HasStarted)
                return;
            var error = Translate(e).ToInfo();
            context.Response.StatusCode = StatusOf(error.Code);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(error, ApiJson.Default.ErrorInfo)).ConfigureAwait(false);
        }
    }

    public static SbxException Translate(Exception e) => e switch
    {
        SbxException known => known,
        PolicyException policy => new SbxException(CodeOf(policy.Kind), policy.Message.TrimEnd('.'), policy.Hint?.TrimEnd('.'), e),
        SecretException secret => new SbxException(CodeOf(secret.Kind), secret.Message.TrimEnd('.'), secret.Hint?.TrimEnd('.'), e),
        OperationCanceledException => new SbxException(ErrorCode.Failed, "the operation was cancelled", null, e),
        JsonException => new SbxException(ErrorCode.Usage, $"the request is not valid: {e.Message}", null, e),
        IOException io when io.HResult == 28 => new SbxException(ErrorCode.Exhausted, io.Message, "free disk space and try again", e),
        UnauthorizedAccessException => new SbxException(ErrorCode.Denied, e.Message, "check the owner and the permissions", e),
        _ => new SbxException(ErrorCode.Failed, $"unexpected failure: {e.Message}", "'sbx daemon logs' has the details", e),
    };

    private static ErrorCode CodeOf(PolicyErrorKind kind) => kind switch
    {
        PolicyErrorKind.NotFound => ErrorCode.NotFound,
        PolicyErrorKind.Conflict => ErrorCode.Conflict,
        PolicyErrorKind.Denied => ErrorCode.Denied,
        PolicyErrorKind.Storage => ErrorCode.Exhausted,
        _ => ErrorCode.Usage,
    };

    private static ErrorCode CodeOf(SecretErrorKind kind) => kind switch
    {
        SecretErrorKind.NotFound => ErrorCode.NotFound,
        SecretErrorKind.Conflict => ErrorCode.Conflict,
        SecretErrorKind.Keychain => ErrorCode.HostPrerequisite,
        SecretErrorKind.Source => ErrorCode.Failed,
        _ => ErrorCode.Usage,
    };

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.Usage => StatusCodes.Status400BadRequest,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.Denied => StatusCodes.Status403Forbidden,
        ErrorCode.Timeout => StatusCodes.Status504GatewayTimeout,
        ErrorCode.Exhausted => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "unexpected failure in {Path}")]
    private partial void LogUnexpected(string path, Exception e);
}
