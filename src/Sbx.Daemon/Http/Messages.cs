using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Http;

/// <summary>Reading requests and writing answers.</summary>
internal static class Messages
{
    /// <exception cref="SbxException">There is no body.</exception>
    public static async Task<T> BodyAsync<T>(this HttpContext context, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
        ?? throw new SbxException(ErrorCode.Usage, "the request has no body");

    public static Task AnswerAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type)).AsTask();
    }

    /// <summary>A parameter of the query; null when it is missing or empty.</summary>
    public static string? Parameter(this HttpContext context, string name) => context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <exception cref="SbxException">It is missing.</exception>
    public static string Required(this HttpContext context, string name) =>
        context.Parameter(name) ?? throw new SbxException(ErrorCode.Usage, $"the request has no '{name}'");
}
