FROM node:20-alpine AS build
WORKDIR /source
COPY . .
RUN npm ci --no-audit --no-fund && npm pack --pack-destination /package

FROM node:20-alpine
COPY --from=build /package /package
RUN npm install --global --no-audit --no-fund /package/kubechains-*.tgz && rm -rf /package /root/.npm
USER node
WORKDIR /manifests
ENTRYPOINT ["kubechains"]
