namespace Sbx.Secrets.Injection;

/// <summary>
/// Signs a request instead of writing a fixed header: the seam for schemes whose credential depends on the request (AWS Signature
/// Version 4) or has to be fetched first (OAuth refresh). Thread-safe.
/// </summary>
public interface ICredentialSigner
{
    /// <summary>Headers this scheme writes; the guest's are removed beforehand, after <see cref="NeedsBodyHash"/> looked at them.</summary>
    IReadOnlyList<string> OwnedHeaders { get; }

    /// <summary>Whether the SHA-256 of the body is needed, so that the body must be read before the request is sent.</summary>
    /// <param name="request">The request as the guest sent it.</param>
    /// <exception cref="SecretException">A request of this form cannot be signed.</exception>
    bool NeedsBodyHash(SigningRequest request);

    /// <summary>Computes what to write. The request's headers are the guest's; the result replaces <see cref="OwnedHeaders"/>.</summary>
    /// <param name="request">The request as the guest sent it.</param>
    /// <param name="bodyHash">SHA-256 of the body; empty when <see cref="NeedsBodyHash"/> said no.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SecretException">It cannot be signed.</exception>
    ValueTask<IReadOnlyList<KeyValuePair<string, string>>> SignAsync(
        SigningRequest request, ReadOnlyMemory<byte> bodyHash, CancellationToken cancellationToken);
}

/// <summary>A request to be signed.</summary>
/// <param name="Method">Method, as it will be sent.</param>
/// <param name="Host">Value of the Host header, as it will be sent.</param>
/// <param name="PathAndQuery">Request target in origin form, as it will be sent.</param>
/// <param name="Headers">Headers, as the guest sent them; a name may come more than once.</param>
public sealed record SigningRequest(string Method, string Host, string PathAndQuery, IReadOnlyList<KeyValuePair<string, string>> Headers);
